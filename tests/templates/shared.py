"""What the tests of templates share: files written into a folder, and small definitions."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

REGION_ACCOUNT = "us-east-1:123456789012"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION_ACCOUNT}:function:{name}"


def calling(resource: Any) -> dict[str, Any]:
    """A machine with one task."""
    return {"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": resource, "End": True}}}


def write(folder: Path, name: str, content: Any) -> str:
    """Writes a file, a text as it is and anything else as JSON; its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        dedent(content).lstrip("\n") if isinstance(content, str) else json.dumps(content, indent=2)
    )
    return str(path)


def cloudformation(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def machine(definition: Any, **properties: Any) -> dict[str, Any]:
    which = "DefinitionString" if isinstance(definition, str) else "Definition"
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": {which: definition, **properties}}


def function(**properties: Any) -> dict[str, Any]:
    given = {"Runtime": "python3.13", "Handler": "index.handler", "Code": {"ZipFile": INLINE}}
    return {"Type": "AWS::Lambda::Function", "Properties": given | properties}


INLINE = "def handler(event, context):\n    return {'seen': event}\n"
