"""What can go wrong, by whose fault it is: the execution's, the definition author's, or ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.diagnostics import Diagnostic

# The error names AWS reserves (developer guide, "Handling errors in Step Functions workflows").
ALL = "States.ALL"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
ITEM_READER_FAILED = "States.ItemReaderFailed"
PERMISSIONS = "States.Permissions"
QUERY_EVALUATION_ERROR = "States.QueryEvaluationError"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
RESULT_WRITER_FAILED = "States.ResultWriterFailed"
RUNTIME = "States.Runtime"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"


class Failure(Exception):
    """An error of the execution: what Retry and Catch see, and the only exception that crosses the core.

    Attributes:
        error: The error name, such as ``States.Timeout`` or a handler's exception class;
            None where AWS gives none.
        cause: The text that explains it, or None.
        terminal: Whether it ends the execution at once, past every Retry and Catch.
        heartbeat: Whether it is a missed heartbeat, which the events call States.Timeout.
        location: The field whose JSONata failed, which an EvaluationFailed event then tells.
        of_map_run: Whether it is that of a Map Run, so that the Map writes that it failed.
    """

    heartbeat = False
    of_map_run = False
    location: str | None = None

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.terminal = error == RUNTIME


class InterpreterFailure(Failure):
    """A failure the interpreter finds itself, while it evaluates a field of a state.

    AWS puts the place before the cause of such a failure ("An error occurred while executing
    the state 'S' (entered at the event id #2). ..."); the interpreter adds it, so ``cause``
    here is the bare text.
    """

    def __init__(self, cause: str, error: str = RUNTIME) -> None:
        super().__init__(error, cause)


class EvaluationFailure(InterpreterFailure):
    """A JSONata expression that failed, or gave what its field cannot take. Can be retried and caught.

    Attributes:
        location: The field, as AWS writes it: ``Output/total``, ``Choices[1]/Condition``.
    """

    def __init__(self, cause: str, location: str) -> None:
        super().__init__(cause, QUERY_EVALUATION_ERROR)
        self.location = location


class InvalidExecutionInput(ValueError):
    """An input that AWS would start no execution with."""


class InvalidDefinition(ValueError):
    """A state machine definition that cannot be run.

    Attributes:
        diagnostics: Everything that is wrong with it, errors first, in document order.
    """

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(str(each) for each in diagnostics))
        self.diagnostics = diagnostics
