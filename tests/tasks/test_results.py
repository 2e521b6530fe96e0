"""Results of Map Runs: the state's own, and in files in S3."""

import json
import tracemalloc

import pytest

import asl
from asl.errors import Failure
from asl.map_services import Child, Outputs
from asl.signals import S3Call, StartMapRun
from asl.spec.quotas import STANDARD
from emulator.ports import Unreachable
from emulator.tasks.maps.results import Results
from tests.tasks.reaching import MOTO
from tests.tasks.s3_objects import BUCKET, in_folder, in_moto

RUN = "6dbfba93-bcff-410b-9b5c-abf41ae9eddb"
ARN = f"arn:aws:states:us-east-1:123456789012:mapRun:shop/Each:{RUN}"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:shop/Each"
AT = 1_767_225_600_000


@pytest.fixture(params=["moto", "folder"])
def store(request, tmp_path):
    yield in_moto() if request.param == "moto" else in_folder(tmp_path)
    MOTO.reset()


@pytest.fixture
def folder(tmp_path):
    return in_folder(tmp_path)


def child(number, output=None, status="SUCCEEDED", **more):
    name = f"child-{number}"
    arn = f"arn:aws:states:us-east-1:123456789012:execution:shop/Each:{name}"
    return Child(arn, name, MACHINE, status, {"n": number}, output, started=AT, stopped=AT + 1_500, **more)


_made = []


@pytest.fixture(autouse=True)
def _let_go():
    yield
    while _made:
        _made.pop().abort()


def results_of(writer, service, **bounds):
    command = StartMapRun("1.0", "Each", ARN, "Each", "STANDARD", writer=writer)
    _made.append(Results(command, service, **bounds))
    return _made[-1]


def exporting(store, prefix="mapJobs", config=None, **bounds):
    writer = S3Call("s3:putObject", {"Bucket": BUCKET, "Prefix": prefix}, config or {})
    return results_of(writer, store.service, **bounds)


def shown(transformation=None):
    if transformation is None:
        return Outputs(STANDARD.payload_bytes, "Each")
    writer = S3Call("", {}, {"Transformation": transformation, "OutputType": "JSON"})
    return results_of(writer, lambda service: None)


# ------------------------------------------------------------------ the state's own


def test_outputs_in_the_order_of_the_items():
    results = shown()
    for number in (2, 0, 1):
        results.add(number, child(number, [number]))
    assert results.close() == [[0], [1], [2]]
    assert shown().close() == []


def test_flattened():
    results = shown("FLATTEN")
    for number, output in enumerate([[1, 2], [], {"a": 1}, [[3]], None]):
        results.add(number, child(number, output))
    assert results.close() == [1, 2, {"a": 1}, [3], None]


def test_with_what_is_told_of_the_executions():
    results = shown("NONE")
    results.add(0, child(0, {"x": "y"}))
    assert results.close() == [
        {
            "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:shop/Each:child-0",
            "Input": '{"n":0}',
            "InputDetails": {"Included": True},
            "Name": "child-0",
            "Output": '{"x":"y"}',
            "OutputDetails": {"Included": True},
            "RedriveCount": 0,
            "RedriveStatus": "NOT_REDRIVABLE",
            "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
            "StartDate": "2026-01-01T00:00:00Z",
            "StateMachineArn": MACHINE,
            "Status": "SUCCEEDED",
            "StopDate": "2026-01-01T00:00:01.5Z",
        }
    ]


@pytest.mark.parametrize("form", ["NONE", "COMPACT", "FLATTEN"])
def test_what_failed_is_always_told_in_full(form):
    results = shown(form)
    results.add(0, child(0, status="FAILED", error="Broken", cause="it broke"))
    (told,) = results.close()
    assert list(told)[:3] == ["Cause", "Error", "ExecutionArn"]
    assert (told["Cause"], told["Error"], told["Status"]) == ("it broke", "Broken", "FAILED")
    assert "Output" not in told
    assert told["RedriveStatus"] == "REDRIVABLE_BY_MAP_RUN"


@pytest.mark.parametrize("form", [None, "FLATTEN", "COMPACT"])
@pytest.mark.parametrize("over", [0, 1])
def test_no_more_than_a_state_may_pass_on(form, over):
    results = shown(form)
    results.add(0, child(0, "x" * (262_140 + over)))
    if not over:
        assert len(json.dumps(results.close())) == 262_144
        return
    with pytest.raises(Failure) as caught:
        results.close()
    assert caught.value.error == "States.DataLimitExceeded"
    assert caught.value.cause == (
        "The state/task 'Each' returned a result with a size exceeding the maximum number of bytes "
        "service limit."
    )


@pytest.mark.parametrize(("limit", "fits"), [(8, True), (7, False), (None, True)])
def test_the_bound_is_in_bytes_of_the_text(limit, fits):
    results = Outputs(limit, "Each")
    for number, output in enumerate([1, "é"]):
        results.add(number, child(number, output))
    assert len('[1,"é"]'.encode()) == 8
    if fits:
        assert results.close() == [1, "é"]
    else:
        with pytest.raises(Failure, match=r"States\.DataLimitExceeded"):
            results.close()


def test_what_is_too_large_is_not_kept():
    tracemalloc.start()
    results = shown()
    for number in range(1_000):
        results.add(number, child(number, "x" * 10_000 + str(number)))
    assert tracemalloc.get_traced_memory()[0] < 1_000_000
    tracemalloc.stop()


# ------------------------------------------------------------------ files


def test_files_and_their_manifest(store):
    results = exporting(store)
    results.add(1, child(1, {"v": "é"}))
    results.add(0, child(0, 5))
    results.add(2, child(2, status="FAILED", error="Broken"))
    results.add(3, child(3, status="TIMED_OUT"))
    key = f"mapJobs/{RUN}/manifest.json"
    assert results.close() == {
        "MapRunArn": ARN,
        "ResultWriterDetails": {"Bucket": BUCKET, "Key": key},
    }
    manifest = json.loads(store.get(key))
    names = {group: f"mapJobs/{RUN}/{group}_0.json" for group in ("FAILED", "SUCCEEDED")}
    assert manifest == {
        "DestinationBucket": BUCKET,
        "MapRunArn": ARN,
        "ResultFiles": {
            **{group: [{"Key": each, "Size": len(store.get(each))}] for group, each in names.items()},
            "PENDING": [],
        },
    }
    succeeded, failed = (json.loads(store.get(names[group])) for group in ("SUCCEEDED", "FAILED"))
    assert [each["Output"] for each in succeeded] == ["5", '{"v":"é"}']
    assert [each["Status"] for each in failed] == ["FAILED", "TIMED_OUT"]


def test_nothing_to_write_but_the_manifest(store):
    assert exporting(store).close()["ResultWriterDetails"]["Key"] == f"mapJobs/{RUN}/manifest.json"
    manifest = json.loads(store.get(f"mapJobs/{RUN}/manifest.json"))
    assert manifest["ResultFiles"] == {"FAILED": [], "PENDING": [], "SUCCEEDED": []}


@pytest.mark.parametrize(("prefix", "folder_name"), [("", ""), ("a/b", "a/b/"), ("a/b/", "a/b/")])
def test_where_files_go(folder, prefix, folder_name):
    found = exporting(folder, prefix).close()
    assert found["ResultWriterDetails"]["Key"] == f"{folder_name}{RUN}/manifest.json"


@pytest.mark.parametrize(
    ("form", "kind", "text"),
    [
        ("COMPACT", "JSON", '[[1,2],{"a":"\\n"},[]]'),
        ("FLATTEN", "JSON", '[1,2,{"a":"\\n"}]'),
        ("COMPACT", "JSONL", '[1,2]\n{"a":"\\n"}\n[]\n'),
        ("FLATTEN", "JSONL", '1\n2\n{"a":"\\n"}\n'),
    ],
)
def test_forms(folder, form, kind, text):
    results = exporting(folder, config={"Transformation": form, "OutputType": kind})
    for number, output in enumerate([[1, 2], {"a": "\n"}, []]):
        results.add(number, child(number, output))
    results.close()
    assert folder.get(f"mapJobs/{RUN}/SUCCEEDED_0.{kind.lower()}").decode() == text


def test_a_file_that_is_full_is_followed_by_another(store):
    results = exporting(store, config={"Transformation": "COMPACT", "OutputType": "JSON"}, file_bytes=25)
    for number in range(7):
        results.add(number, child(number, f"output-{number}"))
    results.add(7, child(7, "one that is longer than any file may be"))
    results.close()
    files = json.loads(store.get(f"mapJobs/{RUN}/manifest.json"))["ResultFiles"]["SUCCEEDED"]
    assert [each["Key"].rpartition("/")[2] for each in files] == [f"SUCCEEDED_{n}.json" for n in range(5)]
    held = [store.get(each["Key"]) for each in files]
    assert [len(each) for each in held] == [each["Size"] for each in files]
    assert all(len(each) <= 25 for each in held[:-1])
    found = [value for each in held for value in json.loads(each)]
    assert found == [f"output-{number}" for number in range(7)] + ["one that is longer than any file may be"]


def test_large_files_are_sent_in_parts(store):
    results = exporting(
        store, config={"Transformation": "COMPACT", "OutputType": "JSONL"}, part_bytes=5 * 1024 * 1024
    )
    for number in range(120):
        results.add(number, child(number, "x" * 100_000))
    results.close()
    (file,) = json.loads(store.get(f"mapJobs/{RUN}/manifest.json"))["ResultFiles"]["SUCCEEDED"]
    assert file["Size"] == 120 * 100_003
    lines = store.get(file["Key"]).splitlines()
    assert len(lines) == 120
    assert {len(each) for each in lines} == {100_002}


def test_memory_stays_as_it_is(folder):
    results = exporting(folder, part_bytes=1024 * 1024)
    tracemalloc.start()
    for number in range(3_000):
        results.add(number, child(number, "x" * 10_000))
    results.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (file,) = json.loads(folder.get(f"mapJobs/{RUN}/manifest.json"))["ResultFiles"]["SUCCEEDED"]
    assert file["Size"] > 30_000_000
    assert peak < 5_000_000


def test_written_again_after_a_restart_it_is_the_same(folder):
    for _ in range(2):
        results = exporting(folder)
        results.add(0, child(0, 1))
        results.close()
    keys = [each["Key"] for each in folder.client.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == [f"mapJobs/{RUN}/SUCCEEDED_0.json", f"mapJobs/{RUN}/manifest.json"]
    assert len(json.loads(folder.get(keys[0]))) == 1


@pytest.mark.parametrize(
    ("parameters", "cause"),
    [
        ({"Bucket": "no-such-bucket"}, "could not be written: NoSuchBucket"),
        ({}, "ResultWriter needs the parameter Bucket"),
        ({"Bucket": 7}, "ResultWriter needs the parameter Bucket"),
        ({"Bucket": BUCKET, "Prefix": 7}, "ResultWriter needs a string as the parameter Prefix"),
    ],
)
def test_what_cannot_be_written(store, parameters, cause):
    results = results_of(S3Call("s3:putObject", parameters), store.service)
    results.add(0, child(0, 1))
    with pytest.raises(Failure, match=cause) as caught:
        results.close()
    assert caught.value.error == "States.ResultWriterFailed"


def test_nobody_answers_for_s3():
    def nobody(service):
        raise Unreachable("install moto")

    results = results_of(S3Call("s3:putObject", {"Bucket": "b"}), nobody)
    with pytest.raises(Failure, match=r"States\.ResultWriterFailed: install moto"):
        results.close()


def test_an_upload_that_breaks_off_is_given_up(folder):
    parts = []
    upload = folder.client.upload_part

    def breaking(**asked):
        parts.append(asked["PartNumber"])
        if len(parts) == 2:
            raise OSError("the disk is full")
        return upload(**asked)

    folder.client.upload_part = breaking
    results = exporting(folder, part_bytes=1_000)
    for number in range(10):
        results.add(number, child(number, "x" * 1_000))
    with pytest.raises(Failure, match=r"States\.ResultWriterFailed: .*the disk is full"):
        results.close()
    assert folder.client.list_objects_v2(Bucket=BUCKET)["Contents"] == []
    assert list((folder.client._root / ".uploads").iterdir()) == []


@pytest.mark.parametrize("form", ["FILES", "OWN"])
def test_a_second_end_takes_the_place_of_the_first(folder, form):
    results = exporting(folder) if form == "FILES" else shown("NONE")
    results.add(0, child(0, "kept"))
    results.add(1, child(1, status="FAILED", error="Broken"))
    results.add(2, child(2, "last"))
    results.add(1, child(1, "mended"))
    found = results.close()
    if form == "FILES":
        manifest = json.loads(folder.get(f"mapJobs/{RUN}/manifest.json"))
        assert manifest["ResultFiles"]["FAILED"] == []
        found = json.loads(folder.get(f"mapJobs/{RUN}/SUCCEEDED_0.json"))
    assert [each["Output"] for each in found] == ['"kept"', '"mended"', '"last"']


def test_what_takes_the_place_of_something_counts_once():
    results = Outputs(20, "Each")
    for output in ("x" * 12, "y" * 16):
        results.add(0, child(0, output))
    assert results.close() == ["y" * 16]


def test_what_could_not_be_written_is_kept_for_another_time(folder):
    results = exporting(folder, config={"Transformation": "COMPACT", "OutputType": "JSONL"})
    put = folder.client.put_object

    def breaking(**asked):
        raise OSError("the disk is full")

    results.add(0, child(0, "a"))
    folder.client.put_object = breaking
    with pytest.raises(Failure, match="the disk is full"):
        results.close()
    folder.client.put_object = put
    results.add(1, child(1, "b"))
    results.close()
    assert folder.get(f"mapJobs/{RUN}/SUCCEEDED_0.jsonl") == b'"a"\n"b"\n'


def test_given_up_it_lets_go_of_its_files(folder):
    results = exporting(folder)
    results.add(0, child(0, "x" * 1_000_000))
    results.abort()
    assert folder.client.list_objects_v2(Bucket=BUCKET)["Contents"] == []


def test_an_execution_that_has_ended_is_told_of():
    machine = asl.parse('{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}')
    identity = asl.Identity("arn:e", "e", "arn:m/Each", "m/Each", "arn:r", "us-east-1", start_time=AT)
    execution, _ = asl.start(machine, {"a": 1}, identity, quotas=STANDARD)
    results = shown("NONE")
    results.add(0, Child.of(execution, {"a": 1}, AT + 1_000))
    (told,) = results.close()
    assert (told["Status"], told["Output"], told["ExecutionArn"]) == ("SUCCEEDED", '{"a":1}', "arn:e")
    assert (told["StateMachineArn"], told["StopDate"]) == ("arn:m/Each", "2026-01-01T00:00:01Z")
