"""What the tests of sample machines share that reach AWS services: an emulator with their resources made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.handlers_file import load_with_setups
from emulator import InProcess, Settings, in_process

SAMPLES = Path(__file__).resolve().parents[2] / "sample_machines"
ROLE = "arn:aws:iam::123456789012:role/any"


def read(sample: str, name: str) -> Any:
    """A JSON file of a sample."""
    return json.loads((SAMPLES / sample / name).read_text())


@contextmanager
def prepared(
    sample: str, *files: tuple[str, str, str], settings: Settings | None = None
) -> Iterator[InProcess]:
    """An emulator with a sample's resources, and its state machines.

    Args:
        sample: The sample's folder.
        files: State machines: name, file and type.
        settings: The emulator's.
    """
    handlers = SAMPLES / sample / "handlers.py"
    functions, setups = load_with_setups([str(handlers)] if handlers.exists() else [])
    with in_process(functions, settings=settings) as inside:
        for setup in setups.values():
            setup(inside.client)
        for name, file, kind in files:
            definition = (SAMPLES / sample / file).read_text()
            made = inside.client().create_state_machine(
                name=name, definition=definition, roleArn=ROLE, type=kind
            )
            assert made["stateMachineArn"].endswith(f":123456789012:stateMachine:{name}")
        yield inside


def start(inside: InProcess, machine: str, given: Any) -> str:
    """Starts an execution of a state machine; its ARN."""
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{machine}"
    started = inside.client().start_execution(stateMachineArn=arn, input=json.dumps(given))
    return str(started["executionArn"])


def states(inside: InProcess, execution: str) -> list[str]:
    """The names of the states that an execution entered, in order."""
    events = inside.client().get_execution_history(executionArn=execution)["events"]
    return [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]
