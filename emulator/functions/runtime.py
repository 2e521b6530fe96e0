"""Which program runs a function's code, and with which environment variables."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from emulator.functions.errors import InvalidParameterValueException
from emulator.functions.names import LATEST, Named
from emulator.records import FunctionVersion

_SCRIPTS = Path(__file__).parent / "runtimes"
_SECRET = "test"  # noqa: S105 - a secret that is none

RESERVED = frozenset(
    {
        "_HANDLER",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Variables that a function's configuration may not set, by the developer guide."""
_OF_THE_HOST = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
"""What a function gets of the emulator's own environment. Nothing else: there may be secrets in it."""


def command(runtime: str) -> list[str]:
    """The program that runs a runtime's code.

    Raises:
        InvalidParameterValueException: There is none here; the text says what to do.
    """
    if runtime.startswith("python3"):
        return [sys.executable, "-I", str(_SCRIPTS / "python.py")]
    if runtime.startswith("nodejs"):
        node = shutil.which("node")
        if node is not None:
            return [node, str(_SCRIPTS / "node.mjs")]
        raise InvalidParameterValueException(
            f"The runtime {runtime} needs the program 'node', which is not on the PATH. {_INSTEAD}"
        )
    raise InvalidParameterValueException(f"The runtime {runtime} cannot be run here. {_INSTEAD}")


_INSTEAD = (
    "Give the function in Python with --handlers, or name an endpoint that runs it "
    "in the variable LAMBDA_ENDPOINT (SAM: sam local start-lambda)."
)


def environment(version: FunctionVersion, place: Named, root: Path, endpoint: str | None) -> dict[str, str]:
    """All variables of a function's processes: Lambda's, and those of its configuration.

    Args:
        version: What is run.
        place: Its name, account and region; the qualifier is the version.
        root: Where its code is.
        endpoint: Where the emulator listens, if it does.
    """
    config = version.config
    number = place.qualifier or LATEST
    ours = {each: os.environ[each] for each in _OF_THE_HOST if each in os.environ}
    ours |= {
        "AWS_ACCESS_KEY_ID": place.account,
        "AWS_SECRET_ACCESS_KEY": _SECRET,
        "AWS_SESSION_TOKEN": _SECRET,
        "AWS_DEFAULT_REGION": place.region,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_NAME": place.name,
        "AWS_LAMBDA_FUNCTION_VERSION": number,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{place.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"[{number}]{version.revision.replace('-', '')}",
        "AWS_REGION": place.region,
        "LAMBDA_RUNTIME_DIR": str(_SCRIPTS),
        "LAMBDA_TASK_ROOT": str(root),
        "TZ": ":UTC",
        "_HANDLER": config["Handler"],
    }
    if endpoint is not None:
        ours["AWS_ENDPOINT_URL"] = endpoint
    return ours | variables(config)


def variables(config: Mapping[str, object]) -> dict[str, str]:
    """The variables that a configuration sets."""
    given = config.get("Environment")
    found = given.get("Variables") if isinstance(given, dict) else None
    return dict(found or {})


def says_sandbox(runtime: str) -> bool:
    """Whether a function's timeout is told as ``Sandbox.Timedout``.

    Uncertain: the guide says that newer runtimes do and names none. Taken for those on Amazon Linux 2023.
    """
    match = _NUMBERS.search(runtime)
    number = tuple(int(each or 0) for each in match.groups()) if match else (0, 0)
    return number >= ((3, 12) if runtime.startswith("python") else (20, 0))


_NUMBERS = re.compile(r"(\d+)\.?(\d*)")
