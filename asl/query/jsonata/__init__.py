"""JSONata as AWS runs it: version 2.0.6 without ``$eval``, with six functions of AWS's own."""

from __future__ import annotations

from asl.query.jsonata.expression import JSONata, compile_expression
from asl.query.jsonata.failures import ExpressionFailure, JSONataSyntaxError, JSONataUnavailable
from asl.query.jsonata.surroundings import Surroundings, Uses

__all__ = [
    "ExpressionFailure",
    "JSONata",
    "JSONataSyntaxError",
    "JSONataUnavailable",
    "Surroundings",
    "Uses",
    "compile_expression",
]
