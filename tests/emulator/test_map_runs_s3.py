"""Map Runs that read from S3 and write there: moto's, or folders."""

import asyncio
import json
import threading

import pytest

from emulator import Settings
from emulator.tasks.maps.results_files import Destination
from tests.emulator.distributed import (
    PASS,
    REST,
    TASK,
    begun,
    counted,
    described,
    distributed,
    machine,
    map_run,
)  # fmt: skip
from tests.emulator.shared import call, created, emulated, run, settled

GET = "arn:aws:states:::s3:getObject"
READER = {
    "Resource": GET,
    "ReaderConfig": {"InputType": "JSON"},
    "Parameters": {"Bucket": "box", "Key": "in"},
}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "box", "Prefix": "out"}}


@pytest.fixture
def emulator(tmp_path):
    with emulated(settings=Settings(s3_root=str(tmp_path))) as emulator:
        yield emulator


@pytest.fixture
def box(tmp_path):
    box = tmp_path / "box"
    box.mkdir()
    return box


def test_items_of_a_file(emulator, box):
    (box / "in").write_text("[3, 1, 2]")
    arn = begun(emulator, distributed(REST, ItemReader=READER), None)
    assert described(emulator, arn)["output"] == "[3,1,2]"
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"succeeded": 3, "total": 3}


def test_items_are_read_as_they_are_needed(emulator, box):
    (box / "in").write_text(json.dumps([3_600] * 5_000))
    arn = begun(emulator, distributed(REST, ItemReader=READER, MaxConcurrency=10), None)
    settled(emulator)
    counts = map_run(emulator, arn)["itemCounts"]
    assert (counts["succeeded"], counts["total"]) == (5_000, 5_000)
    run = described(emulator, arn)
    assert run["stopDate"] - run["startDate"] == 500 * 3_600


def test_a_file_that_is_not_there(emulator, box):
    arn = begun(emulator, distributed(PASS, ItemReader=READER), None)
    assert described(emulator, arn)["error"] == "States.ItemReaderFailed"
    assert map_run(emulator, arn)["status"] == "FAILED"


def test_results_in_files(emulator, box):
    arn = begun(emulator, distributed(PASS, ResultWriter=WRITER), [1, 2])
    told = json.loads(described(emulator, arn)["output"])
    manifest = json.loads((box / told["ResultWriterDetails"]["Key"]).read_text())
    assert manifest["MapRunArn"] == told["MapRunArn"]
    [file] = manifest["ResultFiles"]["SUCCEEDED"]
    assert [each["Output"] for each in json.loads((box / file["Key"]).read_text())] == ["1", "2"]
    assert map_run(emulator, arn)["itemCounts"]["resultsWritten"] == 2


def test_results_that_cannot_be_written(emulator):
    arn = begun(emulator, distributed(PASS, ResultWriter=WRITER), [1])
    assert described(emulator, arn)["error"] == "States.ResultWriterFailed"


def test_a_redrive_writes_what_could_not_be_written(emulator, tmp_path):
    arn = begun(emulator, distributed(PASS, ResultWriter=WRITER), [1, 2])
    assert described(emulator, arn)["error"] == "States.ResultWriterFailed"
    (tmp_path / "box").mkdir()
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    told = json.loads(described(emulator, arn)["output"])
    manifest = json.loads((tmp_path / "box" / told["ResultWriterDetails"]["Key"]).read_text())
    [file] = manifest["ResultFiles"]["SUCCEEDED"]
    found = json.loads((tmp_path / "box" / file["Key"]).read_text())
    assert [each["Output"] for each in found] == ["1", "2"]


def test_what_was_redriven_is_in_the_results_once(tmp_path, box):
    broken = {2}

    def function(event, context):
        if event in broken:
            raise RuntimeError("no")
        return event

    with emulated(settings=Settings(s3_root=str(tmp_path)), handlers={"f": function}) as emulator:
        arn = begun(emulator, distributed(TASK, ResultWriter=WRITER, MaxConcurrency=1), [1, 2, 3])
        broken.clear()
        call(emulator, "RedriveExecution", executionArn=arn)
        settled(emulator)
        told = json.loads(described(emulator, arn)["output"])
    files = json.loads((box / told["ResultWriterDetails"]["Key"]).read_text())["ResultFiles"]
    assert files["FAILED"] == []
    found = json.loads((box / files["SUCCEEDED"][0]["Key"]).read_text())
    assert [(each["Output"], each["RedriveCount"]) for each in found] == [("1", 0), ("2", 1), ("3", 0)]


def test_results_of_before_a_redrive_are_not_written_over_those_after_it(tmp_path, box, monkeypatch):
    broken, entered, gate, written = {2}, threading.Event(), threading.Event(), []
    write = Destination.manifest

    def manifest(self, text):
        entered.set()
        assert gate.wait(30)
        written.append([group for group, files in json.loads(text)["ResultFiles"].items() if files])
        return write(self, text)

    def function(event, context):
        if event in broken:
            raise RuntimeError("no")
        return event

    monkeypatch.setattr(Destination, "manifest", manifest)
    settings = Settings(s3_root=str(tmp_path))
    with emulated(settings=settings, handlers={"f": function}) as emulator:
        state = distributed(TASK, ResultWriter=WRITER, ToleratedFailureCount=1)
        machine_arn = created(emulator, json.dumps(machine(M=state)))
        arn = call(emulator, "StartExecution", stateMachineArn=machine_arn, input="[1,2,3]")["executionArn"]
        assert run(emulator, asyncio.to_thread(entered.wait, 30))
        call(emulator, "StopExecution", executionArn=arn)
        broken.clear()
        call(emulator, "RedriveExecution", executionArn=arn)
        gate.set()
        settled(emulator)
        assert described(emulator, arn)["status"] == "SUCCEEDED"
    assert written == [["FAILED", "SUCCEEDED"], ["SUCCEEDED"]]


def test_s3_in_this_process():
    pytest.importorskip("moto")
    with emulated() as emulator:
        s3 = emulator.backends.client("s3", "us-east-1", "123456789012")
        s3.create_bucket(Bucket="box")
        s3.put_object(Bucket="box", Key="in", Body=b"[1]")
        arn = begun(emulator, distributed(PASS, ItemReader=READER, ResultWriter=WRITER), None)
        told = json.loads(described(emulator, arn)["output"])
        assert s3.get_object(Bucket="box", Key=told["ResultWriterDetails"]["Key"])["Body"].read()
        emulator.services.reset()
