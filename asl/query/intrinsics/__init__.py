"""The intrinsic functions of JSONPath mode, ``States.Format`` and its 17 siblings, compiled to closures."""

from __future__ import annotations

from asl.query.intrinsics.call import compile_intrinsic, is_intrinsic
from asl.query.intrinsics.syntax import IntrinsicSyntaxError
from asl.query.intrinsics.table import INTRINSICS, Intrinsic

__all__ = ["INTRINSICS", "Intrinsic", "IntrinsicSyntaxError", "compile_intrinsic", "is_intrinsic"]
