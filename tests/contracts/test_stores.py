"""The contract of stores: whatever keeps an emulator's state, the same calls get the same answers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator, Settings
from emulator.clocks import VirtualClock
from tests.emulator.shared import ASK, PASS, ROLE, START, WAIT, asked


class CountingIds:
    """The same names each time."""

    def __init__(self) -> None:
        self._count = 0

    def uuid(self) -> str:
        """The next."""
        self._count += 1
        return f"00000000-0000-4000-8000-{self._count:012}"

    def seed(self) -> str:
        """The next."""
        return self.uuid()


async def _story(settings: Settings) -> list[dict[str, Any]]:
    emulator = Emulator(settings, clock=VirtualClock(START), ids=CountingIds())
    await emulator.open()
    answers: list[dict[str, Any]] = []

    async def ask(operation: str, **members: Any) -> dict[str, Any]:
        answers.append(await asked(emulator, operation, **members))
        return answers[-1]

    activity = (await ask("CreateActivity", name="ask"))["activityArn"]
    for number, definition in enumerate((PASS, WAIT, ASK)):
        made = await ask("CreateStateMachine", name=f"m{number}", definition=definition, roleArn=ROLE)
        arn = made["stateMachineArn"]
        begun = await ask("StartExecution", stateMachineArn=arn, name="e", input=json.dumps({"n": number}))
        await emulator.engine.when_idle()
        if definition == ASK:
            token = (await ask("GetActivityTask", activityArn=activity))["taskToken"]
            await ask("SendTaskHeartbeat", taskToken=token)
            await ask("StopExecution", executionArn=begun["executionArn"], error="E")
        await ask("GetExecutionHistory", executionArn=begun["executionArn"])
        await ask("DescribeExecution", executionArn=begun["executionArn"])
        await ask("ListExecutions", stateMachineArn=arn)
    await ask("RedriveExecution", executionArn=begun["executionArn"])
    await emulator.engine.when_idle()
    await ask("GetExecutionHistory", executionArn=begun["executionArn"])
    await ask("DeleteStateMachine", stateMachineArn=arn)
    await ask("ListStateMachines")
    await emulator.close()
    return answers


@pytest.mark.parametrize("durability", ["full", "process"])
def test_a_database_answers_as_memory_does(tmp_path: Path, durability: Any) -> None:
    settings = Settings(database=str(tmp_path / "a.db"), durability=durability)
    assert asyncio.run(_story(settings)) == asyncio.run(_story(Settings()))
