"""Kill -9 while a Map Run is under way. Shared by the tests and the soak."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.emulator.crashing import ALIVE, FUNCTION, ROLE, Client, Server

ITEMS = 20_000
BATCH = 10
CONCURRENCY = 20
_SUM = {"Type": "Task", "Resource": f"{FUNCTION}sum", "End": True}


def definition(kind: str) -> str:
    """A machine that sums up batches of the items in an object, and writes what comes of it to files."""
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        "StartAt": "Sum",
        "States": {"Sum": _SUM},
    }
    each = {
        "Type": "Map",
        "Label": "Each",
        "MaxConcurrency": CONCURRENCY,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "box", "Key": "items.jsonl"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": BATCH},
        "ItemProcessor": processor,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSONL"},
            "Parameters": {"Bucket": "box", "Prefix": "out"},
        },
        "End": True,
    }
    return json.dumps({"StartAt": "Each", "States": {"Each": each}})


class MapRunTrial:
    """One Map Run, killed so many times, evenly over its items.

    Attributes:
        files: What was written, by the names of the files, once `run` has returned.
        calls: How often each batch's function was called, by the batch's first item.
        counts: What DescribeMapRun told of the items at the end.
        seen: What it told of those that had succeeded, before each kill.
    """

    def __init__(self, folder: Path, *, kind: str, kills: int, durability: str = "full") -> None:
        self.files: dict[str, bytes] = {}
        self.calls: Counter[int] = Counter()
        self.counts: dict[str, int] = {}
        self.seen: list[int] = []
        self._folder = folder
        self._kind = kind
        self._kills = kills
        self._server = Server(folder, durability)

    def run(self) -> None:
        """The whole of it.

        Raises:
            AssertionError: It did not succeed.
        """
        box = self._folder / "box"
        box.mkdir()
        with (box / "items.jsonl").open("w") as items:
            items.writelines(f"{number}\n" for number in range(ITEMS))
        self._server.start()
        client = Client(self._server)
        try:
            self._drive(client)
        finally:
            client.close()
            self._server.kill()
        for each in (box / "out").rglob("*.json*"):
            self.files[each.name] = each.read_bytes()
        lines = (self._folder / "calls").read_text().splitlines()
        self.calls.update(json.loads(line)["first"] for line in lines)

    def _drive(self, client: Client) -> None:
        made = client.call("CreateStateMachine", name="m", definition=definition(self._kind), roleArn=ROLE)
        arn = client.call("StartExecution", stateMachineArn=made["stateMachineArn"], name="e")["executionArn"]
        for number in range(self._kills):
            self._await_items(client, arn, ITEMS * (number + 1) // (self._kills + 1))
            self._server.kill()
            self._server.start()
        end = time.monotonic() + 4 * ALIVE
        while (told := client.call("DescribeExecution", executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < end, "the execution never ended"
            time.sleep(0.05)
        assert told["status"] == "SUCCEEDED", told
        self.counts = self._described(client, arn)

    def _await_items(self, client: Client, arn: str, number: int) -> None:
        end = time.monotonic() + 4 * ALIVE
        while (done := self._described(client, arn).get("succeeded", 0)) < number:
            assert time.monotonic() < end, f"{done} items, and no more"
            time.sleep(0.005)
        self.seen.append(done)

    def _described(self, client: Client, arn: str) -> dict[str, Any]:
        for each in client.call("ListMapRuns", executionArn=arn)["mapRuns"]:
            run = client.call("DescribeMapRun", mapRunArn=each["mapRunArn"])
            return {name: count for name, count in run["itemCounts"].items() if count}
        return {}
