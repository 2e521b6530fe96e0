"""What can go wrong with an expression, in AWS's words."""

from __future__ import annotations

from typing import Literal, TypeAlias

Code: TypeAlias = Literal["INVALID_JSONATA_EXPRESSION", "UNSUPPORTED_JSONATA_EXPRESSION"]
"""AWS's diagnostic codes: the expression does not parse, or it is JSONata that AWS does not run."""

NOTHING = "returned nothing (undefined)."
UNSUPPORTED_RESULT = "returned an unsupported result type."
TIMEOUT = "Expression evaluation timeout: Check for infinite loop"
MEMORY = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
STACK = (
    "Stack overflow error: Check for non-terminating recursive function. "
    "Consider rewriting as tail-recursive. Depth=101 max=100"
)


class JSONataUnavailable(ImportError):
    """The JSONata engine is not installed; only machines that need it fail."""

    def __init__(self) -> None:
        super().__init__(
            "JSONata needs the package jlens, which is not installed: pip install 'asl-emulator[jsonata]'"
        )


class JSONataSyntaxError(ValueError):
    """An expression that AWS refuses when a state machine is created.

    Attributes:
        message: What is wrong, in AWS's words.
        code: AWS's diagnostic code.
        position: Where, in characters from the start of the expression.
    """

    def __init__(
        self, message: str, position: int | None = None, code: Code = "INVALID_JSONATA_EXPRESSION"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.code = code


class ExpressionFailure(Exception):
    """An evaluation that gave no value.

    Attributes:
        text: What stands in AWS's cause after "The JSONata expression 'E' specified for the field 'F' ".
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Fault(Exception):
    """An error that an evaluation threw.

    Attributes:
        code: JSONata's error code, such as T1006.
        message: JSONata's text.
        start: Where the part of the expression begins that it is about, or None.
        end: Where that part ends.
        position: Where in that part it was raised: behind the operator of a calculation.
    """

    def __init__(
        self,
        code: str,
        message: str,
        start: int | None = None,
        end: int | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.position = position

    def failure(self) -> ExpressionFailure:
        """The failure it means. A limit has no code and stands after a colon (measured on AWS, Aug 2026)."""
        limit = _LIMITS.get(self.code)
        if limit is not None:
            return ExpressionFailure(f"threw an error during evaluation: {limit}")
        return ExpressionFailure(f"threw an error during evaluation. {self.code}: {self.message}")


MEMORY_CODE = "U1001"
_LIMITS = {"D1011": STACK, "D1012": TIMEOUT, "U1006": TIMEOUT, MEMORY_CODE: MEMORY}
"""The engine's codes for the limits it is given."""
