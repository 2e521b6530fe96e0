"""Kill -9 at random moments under load, and what must be so afterwards. Shared by the tests and the soak."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/test"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
ALIVE = 30.0
"""So many seconds a server may take to start, and the whole to end after the last kill times four."""


def _task(name: str, **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": FUNCTION + name, **more}


def _block(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


MACHINE = _block(
    Begin=_task("work", ResultPath="$.begun", Next="Fork"),
    Fork={
        "Type": "Parallel",
        "End": True,
        "Branches": [
            _block(
                Slow={"Type": "Wait", "Seconds": 30, "Next": "Then"},
                Then=_task("work", Next="More"),
                More={"Type": "Wait", "Seconds": 45, "End": True},
            ),
            _block(
                Each={
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "MaxConcurrency": 2,
                    "ItemProcessor": _block(Item=_task("work", End=True)),
                    "End": True,
                }
            ),
            _block(
                Ask={
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
                    "End": True,
                }
            ),
        ],
    },
)


class Down(Exception):
    """The server does not answer."""


class Refused(Exception):
    """The server answered with an error."""


class Server:
    """The server under test, which is started anew after each kill."""

    def __init__(self, folder: Path, durability: str) -> None:
        self.folder = folder
        self.durability = durability
        self.boot = -1
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Starts it; gives how many seconds that took."""
        began = time.monotonic()
        self.boot += 1
        with (self.folder / "errors").open("a") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.emulator.crash_server", str(self.folder), str(self.boot),
                 self.durability],
                stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, (self.folder / "errors").read_text()[-3000:]
        self.port = int(line)
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill -9."""
        self.port = 0
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


class Client:
    """One connection, made anew after each kill."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: http.client.HTTPConnection | None = None
        self._port = 0

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """An operation's answer."""
        try:
            if self._connection is None or self._port != self._server.port:
                self.close()
                self._port = self._server.port
                if not self._port:
                    raise Down
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            headers = {"X-Amz-Target": f"AWSStepFunctions.{operation}"}
            self._connection.request("POST", "/", json.dumps(members), headers)
            response = self._connection.getresponse()
            body: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Down from error
        if response.status != 200:
            raise Refused(body["__type"])
        return body

    def patiently(self, operation: str, **members: Any) -> dict[str, Any]:
        """The same, again and again while the server is down."""
        while True:
            try:
                return self.call(operation, **members)
            except Down:
                time.sleep(0.01)

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Trial:
    """Many executions, some kills, and what was acknowledged and seen meanwhile."""

    def __init__(
        self, folder: Path, *, executions: int, kills: int, seed: int, durability: str = "full"
    ) -> None:
        self.server = Server(folder, durability)
        self.folder = folder
        self.executions = executions
        self.kills = kills
        self.random = random.Random(seed)
        self.arns: list[str] = []
        self.answered: dict[str, int] = {}
        self.seen: dict[str, list[tuple[int, list[Any]]]] = {}
        self.boots: list[float] = []
        self._over = threading.Event()
        self._failure: BaseException | None = None

    def run(self) -> None:
        """The whole of it.

        Raises:
            AssertionError: A promise was broken.
        """
        self.boots.append(self.server.start())
        client = Client(self.server)
        machine = client.call(
            "CreateStateMachine", name="crash", definition=json.dumps(MACHINE), roleArn=ROLE
        )["stateMachineArn"]
        threads = [
            threading.Thread(target=self._guarded, args=(work,))
            for work in (lambda: self._starts(machine), self._answers, self._reads)
        ]
        for each in threads:
            each.start()
        try:
            for _ in range(self.kills):
                time.sleep(0.05 + self.random.random() * 0.5)
                self.server.kill()
                self.boots.append(self.server.start())
            self._await_ends(client)
        finally:
            self._over.set()
            for each in threads:
                each.join()
        if self._failure is not None:
            raise self._failure
        try:
            self._check(client)
        finally:
            client.close()
            self.server.kill()

    # -------------------------------------------------------------- the load

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except BaseException as error:
            self._failure = error

    def _starts(self, machine: str) -> None:
        client = Client(self.server)
        for number in range(self.executions):
            text = json.dumps({"items": [1, 2, 3], "number": number})
            try:
                started = client.patiently(
                    "StartExecution", stateMachineArn=machine, name=f"e{number}", input=text
                )
            except Refused as refusal:  # an earlier start was kept, unacknowledged, and has ended since
                if str(refusal) != "ExecutionAlreadyExists":
                    raise
                started = {"executionArn": machine.replace(":stateMachine:", ":execution:") + f":e{number}"}
            self.arns.append(started["executionArn"])
            time.sleep(max(0.0, self.kills * 0.7 / self.executions - 0.002))
        client.close()

    def _answers(self) -> None:
        client, told, path, place = Client(self.server), set[str](), self.folder / "tokens", 0
        while not self._over.is_set():
            lines = path.read_text().split("\n")[place:-1] if path.exists() else []
            place += len(lines)
            for line in lines:
                token = json.loads(line)["token"]
                if token not in told:
                    told.add(token)
                    self._answer(client, token)
            time.sleep(0.01)
        client.close()

    def _answer(self, client: Client, token: str) -> None:
        """Sends a success until one is acknowledged, or an earlier one turns out to have been kept."""
        for attempt in range(10_000):
            output = json.dumps({"token": token, "attempt": attempt})
            try:
                client.call("SendTaskSuccess", taskToken=token, output=output)
            except Down:
                time.sleep(0.01)
            except Refused:
                if not attempt:
                    raise
                return
            else:
                self.answered[token] = attempt
                return
            if self._over.is_set():
                return

    def _reads(self) -> None:
        client, lots = Client(self.server), random.Random(1)
        while not self._over.is_set():
            if self.arns:
                arn, boot = lots.choice(self.arns), self.server.boot
                try:
                    events = client.call("GetExecutionHistory", executionArn=arn, maxResults=1000)["events"]
                except Down:
                    continue
                self.seen.setdefault(arn, []).append((boot, events))
            time.sleep(0.02)
        client.close()

    # -------------------------------------------------------------- afterwards

    def _await_ends(self, client: Client) -> None:
        end = time.monotonic() + 4 * ALIVE
        waiting: list[str] = []
        while time.monotonic() < end and self._failure is None:
            if len(self.arns) == self.executions:
                waiting = [arn for arn in (waiting or self.arns) if self._runs(client, arn)]
                if not waiting:
                    return
            time.sleep(0.1)
        if self._failure is None:
            raise AssertionError(f"{len(waiting)} executions never ended, such as {waiting[:3]}")

    def _runs(self, client: Client, arn: str) -> bool:
        status: str = client.call("DescribeExecution", executionArn=arn)["status"]
        assert status in ("RUNNING", "SUCCEEDED"), (arn, status)
        return status == "RUNNING"

    def _check(self, client: Client) -> None:
        calls = [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]
        per_boot = Counter((each["key"], each["boot"]) for each in calls)
        assert max(per_boot.values()) == 1, [key for key, count in per_boot.items() if count > 1][:3]
        last: dict[str, int] = {}
        for each in calls:
            last[each["key"]] = max(last.get(each["key"], 0), each["boot"])
        answers: dict[str, int] = {}
        for arn in self.arns:
            final = client.call("GetExecutionHistory", executionArn=arn, maxResults=1000)["events"]
            self._check_execution(arn, final, last, answers)
        for token, attempt in self.answered.items():
            assert answers.get(token) == attempt, f"an acknowledged callback was lost: {token}"

    def _check_execution(
        self, arn: str, final: list[Any], last: dict[str, int], answers: dict[str, int]
    ) -> None:
        for boot, events in self.seen.get(arn, []):
            assert events == final[: len(events)], f"what was read of {arn} is not so any more"
            for key in _results(events):
                assert last[key] <= boot, f"{key} had ended and ran again"
        assert final[-1]["type"] == "ExecutionSucceeded"
        output = json.loads(final[-1]["executionSucceededEventDetails"]["output"])
        _, items, asked = output
        name = arn.rpartition(":")[2]
        assert len(items) == 3
        assert all(name in each["key"] for each in items)
        answers[asked["token"]] = asked["attempt"]


def _results(events: list[Any]) -> list[str]:
    """The idempotency keys of the tasks that have ended in a history."""
    found = []
    for each in events:
        details = each.get("lambdaFunctionSucceededEventDetails")
        if details is not None:
            found.append(json.loads(details["output"])["key"])
    return found
