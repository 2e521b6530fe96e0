"""A function's settings: what requests say of them, held to what can be done here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.functions.errors import InvalidParameterValueException
from emulator.functions.runtime import RESERVED, variables

MAX_VARIABLES = 4096
"""Limit: bytes of all variables together."""

SETTINGS = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "Environment",
    "VpcConfig",
    "DeadLetterConfig",
    "KMSKeyArn",
    "TracingConfig",
    "EphemeralStorage",
    "FileSystemConfigs",
    "LoggingConfig",
)
"""What may be set, and set anew. What is not about how the code runs here is kept and given back."""

_VARIABLE = re.compile("[a-zA-Z][a-zA-Z0-9_]+")


def created(members: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a new function, with AWS's values for those that were not given.

    Raises:
        InvalidParameterValueException: They cannot be.
    """
    code = members["Code"]
    if members.get("PackageType", "Zip") != "Zip" or "ImageUri" in code:
        raise InvalidParameterValueException(
            "Functions of container images are not run here: use PackageType Zip, or name an endpoint "
            "that runs them in the variable LAMBDA_ENDPOINT."
        )
    if not members.get("Runtime") or not members.get("Handler"):
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    return changed(
        {
            "Description": "",
            "Timeout": 3,
            "MemorySize": 128,
            "TracingConfig": {"Mode": "PassThrough"},
            "EphemeralStorage": {"Size": 512},
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{members['FunctionName']}"},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "PackageType": "Zip",
            "Architectures": members.get("Architectures", ["x86_64"]),
        },
        members,
    )


def changed(settings: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those that a request gives.

    Raises:
        InvalidParameterValueException: They cannot be.
    """
    if members.get("Layers"):
        raise InvalidParameterValueException(
            "Layers are not put into functions here: pack what is in them into the function's own archive."
        )
    given = {name: members[name] for name in SETTINGS if name in members}
    _check_variables(variables(given))
    return {**settings, **given}


def _check_variables(given: Mapping[str, str]) -> None:
    """Texts from memory.

    Raises:
        InvalidParameterValueException: They are too many, or none that Lambda lets be set.
    """
    refused = "Lambda was unable to configure your environment variables because the environment variables "
    reserved = sorted(RESERVED & given.keys())
    if reserved:
        raise InvalidParameterValueException(
            f"{refused}you have provided contains reserved keys that are currently not supported for "
            f"modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    if sum(len(name.encode()) + len(value.encode()) for name, value in given.items()) > MAX_VARIABLES:
        raise InvalidParameterValueException(f"{refused}you have provided exceeded the 4KB limit.")
    for name, value in given.items():
        if not _VARIABLE.fullmatch(name) or "\0" in value:
            raise InvalidParameterValueException(f"'{name[:200]}' is no environment variable that can be set")
