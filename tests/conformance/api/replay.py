"""Plays one recorded case against an emulator of its own, request by request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

from emulator import Emulator
from emulator.engine.running import Running
from tests.conformance.api import client
from tests.conformance.api.cases import ApiCase, services
from tests.conformance.api.placeholders import InOrder
from tests.conformance.api.refusals import Refusal, is_of_the_client, refusal, request_behind
from tests.conformance.aws import lambdas
from tests.conformance.aws.compare import Comparison, Difference
from tests.conformance.aws.corpus import Step
from tests.conformance.aws.normalise import ACCOUNT, REGION, normalise, unordered, words
from tests.conformance.aws.placeholders import execution_name
from tests.conformance.aws.selection import is_ending, is_history
from tests.emulator.shared import START

_WAITS_FOR_ITS_RUN = "StartSyncExecution"
_ENDED = ("Succeeded", "Failed", "Aborted", "TimedOut")


class HeldClock:
    """A clock that shows the same time until somebody moves it."""

    virtual = False

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        """The time, in milliseconds since the epoch."""
        return self._now

    def seconds_until(self, at: int) -> float:
        """So long that no alarm rings while a case is played."""
        return 3600.0

    def advance(self, at: int) -> None:
        """Moves it on."""
        self._now = max(self._now, at)


class ApiComparison(Comparison):
    """A comparison that knows the words some tests put in the place of a date."""

    def _same(self, expected: Any, got: Any) -> bool:
        dated = got == "datetime" and isinstance(expected, str) and expected.endswith("-date")
        return dated or super()._same(expected, got)


def play(case: ApiCase) -> list[Difference]:
    """Every difference between what AWS answered to a case's requests and what the emulator does."""
    return asyncio.run(Replay(case).differences())


class Replay:
    """A case that is being played.

    Time stands still, but where an answer is expected that some run has to end for.
    """

    def __init__(self, case: ApiCase, before: Sequence[Any] = ()) -> None:
        """``before`` is what is asked of other services before the case's own steps."""
        self.case = case
        self.said = InOrder(case, before)
        self.comparison = self._comparing()
        self.refused: list[Refusal] = []
        self.ended: list[Running] = []

    async def differences(self) -> list[Difference]:
        """Plays it once."""
        self.emulator = self._emulator()
        closed = self.emulator.engine.on_closed

        def ended(running: Running) -> None:
            self.ended.append(running)
            closed(running)

        self.emulator.engine.on_closed = ended
        try:
            return [each async for each in self._played()]
        finally:
            await self.emulator.close()

    def _comparing(self) -> Comparison:
        return ApiComparison(self.said.tokens)

    def _handlers(self) -> dict[str, lambdas.Handler]:
        return {self.said.fill(name): lambdas.handler(each) for name, each in self.case.lambdas.items()}

    def _emulator(self) -> Emulator:
        handlers = self._handlers() | dict.fromkeys(services(self.case), _ask)
        return Emulator(handlers=handlers, clock=HeldClock(START))

    async def _before(self, number: int, step: Step) -> None:
        """What is done before the step of a number, beside it: here nothing."""

    async def _played(self) -> Any:
        for number, step in enumerate(self.case.steps):
            await self._before(number, step)
            answer = await self._answer(step)
            for each in self._bind(step, answer):
                yield each
            for key in step.expect or ():
                for each in self._compared(key, answer):
                    yield each
        for key in self.case.expected_without_step:
            for each in await self._without_step(key):
                yield each

    # ------------------------------------------------------------------ asking

    async def _answer(self, step: Step) -> dict[str, Any]:
        members = self._filled(step.params)
        for name, is_json in (("definition", step.definition_is_json), ("input", step.input_is_json)):
            if is_json:
                members[name] = json.dumps(members[name])
        if self._has_a_name(step):
            members["name"] = execution_name(step)
        await self._let_time_pass(step)
        asking = asyncio.ensure_future(self._call(step.operation, members, self._account(step)))
        while step.operation == _WAITS_FOR_ITS_RUN and not asking.done() and await self._next_happens():
            pass
        answer = await asking
        if "Error" in answer and not step.expect:
            error = answer["Error"]
            self.refused.append(Refusal(error["Code"], step.operation, error["Message"]))
        return answer

    def _account(self, step: Step) -> str:
        """On whose account a step is asked."""
        return ACCOUNT

    def _has_a_name(self, step: Step) -> bool:
        """Whether the name AWS gave an execution stands in later requests as it is, without a placeholder."""
        if step.operation != "StartExecution" or "name" in step.params:
            return False
        name = execution_name(step) if step.binds else "<"
        return "<" not in name and name not in self.said.tokens

    async def _call(self, operation: str, members: dict[str, Any], account: str = ACCOUNT) -> dict[str, Any]:
        answer = await client.call(self.emulator, operation, members, account=account, region=REGION)
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return {**answer, "ResponseMetadata": {"HTTPHeaders": {}, "HTTPStatusCode": status}}

    def _filled(self, value: Any) -> Any:
        """A request with what earlier answers told in the place of their placeholders."""
        if isinstance(value, dict):
            return {key: self._filled(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if not isinstance(value, str):
            return value
        text: str = self.said.fill(value)
        for token in sorted(self.comparison.bound, key=len, reverse=True):
            meaning = self.comparison.bound[token].replace("<partition>", "aws").replace("<region>", REGION)
            text = text.replace(token, meaning)
        return text

    # ------------------------------------------------------------------ time

    async def _let_time_pass(self, step: Step) -> None:
        """Until all runs have ended, where the answer is that one has; else all that happens now."""
        await self._now_happens()
        if not any(_tells_of_an_end(self.case.expected[key]) for key in step.expect or ()):
            return
        while await self._next_happens():
            pass

    async def _now_happens(self) -> None:
        await self.emulator.engine.advance_clock(self.emulator.clock.now())

    async def _next_happens(self) -> bool:
        """Lets the clock go to what falls due next; False where nothing will."""
        await asyncio.sleep(0)
        await self._now_happens()
        due = self.emulator.engine.schedule.next()
        if due is not None:
            await self.emulator.engine.advance_clock(due)
        return due is not None

    # ------------------------------------------------------------------ comparing

    def _bind(self, step: Step, answer: dict[str, Any]) -> Iterator[Difference]:
        if step.binds and "Error" in answer:
            yield Difference(step.operation, step.binds, answer["Error"])
        for member, template in (step.binds or {}).items():
            if member in answer:
                told = self.said.recorded(template), words(str(answer[member]))
                yield from self.comparison.differences(*told, f"{step.operation}.{member}")

    def _compared(self, key: str, answer: Any) -> list[Difference]:
        expected, got = self.said.recorded(self.case.expected[key]), normalise(answer, self.said.patterns)
        if is_history(expected) and self.case.unordered_parallel:
            expected, got = unordered(expected), unordered(got)
        return list(self.comparison.differences(expected, got, key))

    async def _without_step(self, key: str) -> list[Difference]:
        recorded = self.case.expected[key]
        if is_of_the_client(recorded):
            return []
        if is_ending(recorded):
            return await self._ending(key)
        return await self._refusal(key)

    async def _ending(self, key: str) -> list[Difference]:
        """The log record of an execution's last event, as far as the history has it."""
        while not self.ended and await self._next_happens():
            pass
        running = self.ended[-1]
        event = running.history[len(running.history) - 1]
        details: Any = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
        got = {
            "id": str(event["id"]),
            "previous_event_id": str(event["previousEventId"]),
            "type": event["type"],
            "details": details,
            "execution_arn": running.record.arn,
        }
        expected = {member: value for member, value in self.case.expected[key].items() if member in got}
        told = self.said.recorded(expected), normalise(got, self.said.patterns)
        return list(self.comparison.differences(*told, key))

    async def _refusal(self, key: str) -> list[Difference]:
        recorded = self.case.expected[key]
        expected = refusal(recorded)
        if expected is None:
            return [Difference(key, recorded, "a request that is not recorded")]
        behind = request_behind(recorded)
        if behind is not None and not any(each.operation == behind[0] for each in self.refused):
            error = (await self._call(behind[0], self._filled(behind[1])))["Error"]
            self.refused.append(Refusal(error["Code"], behind[0], error["Message"]))
        candidates = [each for each in self.refused if each.operation == expected.operation]
        found: list[list[Difference]] = [self._told(key, expected, each) for each in candidates]
        best = min(found, key=len, default=[Difference(key, expected, "no refusal")])
        if candidates and not best:
            self.refused.remove(candidates[found.index(best)])
        return best

    def _told(self, key: str, expected: Refusal, got: Refusal) -> list[Difference]:
        told = self.said.recorded(list(expected)), [words(each) for each in got]
        return list(self.comparison.differences(*told, key))


def _ask(event: Any, context: Any) -> Any:
    """Stands for a service that was asked to call back, and does not."""
    return {}


def _tells_of_an_end(recorded: Any) -> bool:
    if not isinstance(recorded, dict):
        return False
    if is_history(recorded):
        return bool(recorded["events"]) and recorded["events"][-1]["type"].endswith(_ENDED)
    runs = [recorded, *recorded.get("executions", ())]
    return any(run.get("status") in {"SUCCEEDED", "FAILED", "TIMED_OUT"} for run in runs)
