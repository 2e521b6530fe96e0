"""The caller's errors: each class is called what AWS calls the error on the wire."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An error that an operation answers with.

    Attributes:
        message: AWS's text.
        more: Further members of the error, such as ``reason``.
        status: The HTTP status.
    """

    status = 400

    def __init__(self, message: str = "", **more: Any) -> None:
        super().__init__(message)
        self.message = message
        self.more = more

    @property
    def code(self) -> str:
        """The error's name on the wire."""
        return type(self).__name__


class ActivityAlreadyExists(ApiError): ...


class ActivityDoesNotExist(ApiError): ...


class ActivityLimitExceeded(ApiError): ...


class ActivityWorkerLimitExceeded(ApiError): ...


class ConflictException(ApiError): ...


class ExecutionAlreadyExists(ApiError): ...


class ExecutionDoesNotExist(ApiError): ...


class ExecutionLimitExceeded(ApiError): ...


class ExecutionNotRedrivable(ApiError): ...


class InvalidArn(ApiError): ...


class InvalidDefinition(ApiError): ...


class InvalidEncryptionConfiguration(ApiError): ...


class InvalidExecutionInput(ApiError): ...


class InvalidLoggingConfiguration(ApiError): ...


class InvalidName(ApiError): ...


class InvalidOutput(ApiError): ...


class InvalidToken(ApiError): ...


class InvalidTracingConfiguration(ApiError): ...


class KmsAccessDeniedException(ApiError): ...


class KmsInvalidStateException(ApiError): ...


class KmsThrottlingException(ApiError): ...


class MissingRequiredParameter(ApiError): ...


class ResourceNotFound(ApiError): ...


class ServiceQuotaExceededException(ApiError): ...


class StateMachineAlreadyExists(ApiError): ...


class StateMachineDeleting(ApiError): ...


class StateMachineDoesNotExist(ApiError): ...


class StateMachineLimitExceeded(ApiError): ...


class StateMachineTypeNotSupported(ApiError): ...


class TaskDoesNotExist(ApiError): ...


class TaskTimedOut(ApiError): ...


class TooManyTags(ApiError): ...


class ValidationException(ApiError): ...


# ------------------------------------------------------------------ of the protocol, not of the model


class SerializationException(ApiError):
    """The request is not what the protocol says: no JSON, or a member of another type."""


class UnknownOperationException(ApiError):
    """The request names no operation of Step Functions."""


class RequestEntityTooLarge(ApiError):
    """The request's body is larger than any valid one."""

    status = 413


class AccessDeniedException(ApiError):
    """The request comes from a web page, or was addressed to another host."""

    status = 403


class InternalFailure(ApiError):
    """The emulator itself failed; the log has the traceback."""

    status = 500


class ServiceUnavailable(ApiError):
    """The emulator is closing, or cannot write what it was told."""

    status = 503
