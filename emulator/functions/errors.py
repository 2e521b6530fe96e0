"""Lambda's errors: each class is called what AWS calls the error on the wire."""

from __future__ import annotations

from emulator.errors import ApiError


class InvalidParameterValueException(ApiError):
    """A parameter is none that Lambda takes, or asks for something that is not done here."""


class InvalidRequestContentException(ApiError):
    """The payload of an invocation is no JSON."""


class PreconditionFailedException(ApiError):
    """A RevisionId is not the newest."""

    status = 412


class RequestTooLargeException(ApiError):
    """The payload of an invocation is too large."""

    status = 413


class ResourceConflictException(ApiError):
    """There is one of that name, or something else hangs on it."""

    status = 409


class ResourceNotFoundException(ApiError):
    """There is no such function, version or alias."""

    status = 404


class ServiceException(ApiError):
    """A process could not be started."""

    status = 500


class TooManyRequestsException(ApiError):
    """All processes that a function may have are busy for too long."""

    status = 429


class UnknownOperationException(ApiError):
    """The request is none of Lambda's, or of one of its operations that is not done here."""

    status = 404
