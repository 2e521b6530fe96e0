"""Plays one recorded case against an emulator of its own whose other services are those of this process."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from emulator import Emulator, Settings
from emulator.records import ExecutionRecord
from emulator.tasks.runner import Runner
from emulator.transport import Request, Response
from tests.conformance.api.replay import HeldClock, Replay
from tests.conformance.aws import lambdas
from tests.conformance.aws.compare import ABSENT, Comparison, Difference
from tests.conformance.aws.corpus import Step
from tests.conformance.aws.normalise import ACCOUNT, REGION, normalise
from tests.conformance.aws.selection import is_history
from tests.conformance.services.cases import OF_A_QUEUE, ServiceCase, mock_case
from tests.conformance.services.compare import ServiceComparison, orders_of_ours
from tests.conformance.services.mocks import mocks
from tests.conformance.services.resources import Resources
from tests.emulator.shared import START

_ARN_ACCOUNT = re.compile(r"arn:aws:states:[\w-]*:(\d{12}):")
_WORDS = frozenset(
    {"<partition>", "<region>", "<request_id>", "<extended_request_id>", "<start-date>", "<stop-date>"}
)
"""Placeholders that stand for the same in every case, and are compared as such."""
_FIRST_ANSWER = re.compile(r"\.taskSubmittedEventDetails\.output(\.|$)")
OBJECT = "get-s3-object"
"""The key under which a test recorded the object that its task had put."""
_UNTOLD = re.compile(rf"stepfunctions_events\[\d+\]\.account|{OBJECT}\.(ChecksumType|ServerSideEncryption)")
"""What EventBridge tells in an event, and S3 of an object, and moto does not."""
_SENT = ("Type", "TopicArn", "Message", "MessageAttributes")
"""What of a notification comes from who published it; the rest is signed and counted by SNS."""


class Timed(Emulator):
    """An emulator whose functions take as long as the recorded ones did, by its clock.

    Attributes:
        seconds: How long, by the function's name.
    """

    seconds: dict[str, float]

    def runner(self, record: ExecutionRecord) -> Runner:
        """What runs the tasks of one execution."""
        runner = super().runner(record)
        runner._handlers.task_seconds = {**dict.fromkeys(self.handlers, 0.0), **self.seconds}
        return runner

    def _ask_lambda(self, request: Request, account: str) -> Response:
        """What Lambda answers to others than tasks: the same functions' results."""
        name = unquote(request.url).partition("/functions/")[2].partition("/")[0].rpartition(":")[2]
        result = self.handlers[name](json.loads(request.body), None)
        return Response(200, {"content-type": "application/json"}, json.dumps(result).encode())


class ServiceReplay(Replay):
    """A case that is being played, with moto for the services that are not the emulator's own."""

    case: ServiceCase

    def __init__(self, case: ServiceCase) -> None:
        super().__init__(case, [each.params for each in case.resources])
        self.said.bring(each for each in case.placeholders if each not in _WORDS)
        self.comparison = self._comparing()
        self.tokens: dict[str, str] = {}
        self.resources = Resources(case, self.said.fill, self._client)

    def _comparing(self) -> Comparison:
        return ServiceComparison(self.said.tokens)

    def _emulator(self) -> Emulator:
        settings = Settings(account=ACCOUNT, mock_config=self._mock_config())
        emulator = Timed(settings, handlers=self._handlers(), clock=HeldClock(START))
        emulator.seconds = {
            self.said.fill(name): each for name, each in lambdas.seconds(self.case.lambdas).items()
        }
        return emulator

    def _mock_config(self) -> str | None:
        if mock_case(self.case) is None:
            return None
        file = Path(self._folder) / "mocks.json"
        machine = self.said.fill(self.case.steps[0].params["name"])
        file.write_text(json.dumps(self.said.fill(mocks(self.case, machine))))
        return str(file)

    async def differences(self) -> list[Difference]:
        """Plays it once, on services that hold nothing."""
        with tempfile.TemporaryDirectory() as self._folder:
            try:
                return await super().differences()
            finally:
                self.emulator.services.reset()

    def _client(self, service: str) -> Any:
        return self.emulator.backends.client(service, REGION, ACCOUNT)

    # ------------------------------------------------------------------ asking

    async def _before(self, number: int, step: Step) -> None:
        self.resources.before(number)
        token = step.params.get("taskToken")
        if step.operation.startswith("SendTask") and token not in self.tokens:
            await self._read_tokens()

    async def _read_tokens(self) -> None:
        """Reads the tokens from the queue, as a thread of the recorded test did.

        The tokens of the steps are those of the messages, in the order in which each comes first.
        """
        await self._now_happens()
        found = [each["TaskToken"] for each in self.resources.messages() if "TaskToken" in each]
        asked = dict.fromkeys(
            step.params["taskToken"] for step in self.case.steps if step.operation.startswith("SendTask")
        )
        self.tokens |= dict(zip([each for each in asked if each not in self.tokens], found, strict=False))
        self.comparison.bound |= {each: own for each, own in self.tokens.items() if each in self.said.tokens}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            for recorded, own in [*self.tokens.items(), *self.resources.ids.items()]:
                value = value.replace(recorded, own)
        return super()._filled(value)

    def _account(self, step: Step) -> str:
        """That of the ARN that the step names, or that its answer tells."""
        told = [
            *(step.binds or {}).values(),
            step.params.get("stateMachineArn"),
            step.params.get("executionArn"),
        ]
        found = [match[1] for each in told if each and (match := _ARN_ACCOUNT.match(self._filled(each)))]
        return found[0] if found else ACCOUNT

    async def _answer(self, step: Step) -> dict[str, Any]:
        answer = await super()._answer(step)
        if step.operation == "CreateStateMachine":
            self.created = answer
        return answer

    # ------------------------------------------------------------------ time

    async def _let_time_pass(self, step: Step) -> None:
        """Until the execution that is asked for has ended; what helped it may go on."""
        await self._now_happens()
        if step.operation not in ("GetExecutionHistory", "DescribeExecution"):
            return
        arn = self._filled(step.params["executionArn"])
        while self._runs(arn) and await self._next_happens():
            pass

    def _runs(self, arn: str) -> bool:
        running = self.emulator.executions.get(arn)
        return running is not None and running.record.status == "RUNNING"

    # ------------------------------------------------------------------ comparing

    def _compared(self, key: str, answer: Any) -> list[Difference]:
        found = super()._compared(key, answer)
        found += orders_of_ours(
            self.case.expected[key], normalise(answer, self.said.patterns), f"order of {key}"
        )
        return [each for each in found if not (self._is_of_no_mock(each) or _is_of_moto(each))]

    def _is_of_no_mock(self, difference: Difference) -> bool:
        """Whether it is about a task's first answer, which a mock configuration does not tell."""
        return mock_case(self.case) is not None and _FIRST_ANSWER.search(difference.path) is not None

    async def _played(self) -> AsyncIterator[Difference]:
        async for each in super()._played():
            yield each
        if OBJECT in self.case.expected:
            for each in self._compared(OBJECT, self.resources.object_found(self.case)):
                yield each

    async def _without_step(self, key: str) -> list[Difference]:
        recorded = self.case.expected[key]
        if is_history(recorded):
            return await self._last_history(key)
        if "creationDate" in recorded:
            return self._compared(key, self.created)
        if key in OF_A_QUEUE:
            return await self._found_in_the_queue(key)
        return await super()._without_step(key)

    async def _last_history(self, key: str) -> list[Difference]:
        """The history of the execution that was started last, once it has ended.

        Where the recording lost the start, it is made with the input that the history begins with.
        """
        if not self.emulator.executions:
            first = self.case.expected[key]["events"][0]["executionStartedEventDetails"]
            members = {
                "stateMachineArn": self.created["stateMachineArn"],
                "input": json.dumps(self._filled(first["input"])),
            }
            await self._call("StartExecution", members)
        arn = next(reversed(self.emulator.executions))
        while self._runs(arn) and await self._next_happens():
            pass
        return self._compared(key, await self._call("GetExecutionHistory", {"executionArn": arn}))

    async def _found_in_the_queue(self, key: str) -> list[Difference]:
        """What lies in the test's queue when all has ended, but for what only the sending service tells."""
        while await self._next_happens():
            pass
        if self.emulator.notices.worker.begun:
            self.emulator.notices.worker.flush()
        got = normalise({key: self.resources.messages()})[key]
        expected = self.said.recorded(_once(self.case.expected[key]))
        if key == "messages":
            expected, got = _sent(expected), _sent(got)
        found = self.comparison.differences(expected, got, key)
        return [each for each in found if not _is_of_moto(each)]


def _sent(messages: list[Any]) -> list[Any]:
    return [{name: each[name] for name in _SENT if name in each} for each in messages]


def _is_of_moto(difference: Difference) -> bool:
    """Whether it is a member that AWS tells and moto does not."""
    return difference.got is ABSENT and _UNTOLD.fullmatch(difference.path) is not None


def _once(messages: list[Any]) -> list[Any]:
    """Messages without those that the test received again."""
    return [each for number, each in enumerate(messages) if each not in messages[:number]]


def play(case: ServiceCase) -> list[Difference]:
    """Every difference between what AWS answered to a case's requests and what the emulator does."""
    return asyncio.run(ServiceReplay(case).differences())
