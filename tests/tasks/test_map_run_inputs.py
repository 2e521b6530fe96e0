"""What is wrong with the items of a Map Run, told the same by `asl run --s3-root` and by the emulator."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from emulator.tasks.maps import s3_folder
from emulator.tasks.maps.items_s3 import CHUNK, LONGEST
from tests.emulator.distributed import TASK, distributed
from tests.tasks.map_runs_both import DRIVERS, LIST, End, reading

CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
JSON, JSONL, MANIFEST = {"InputType": "JSON"}, {"InputType": "JSONL"}, {"InputType": "MANIFEST"}
ATHENA = {"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}
FLAT = {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}
READER_FAILED = "States.ItemReaderFailed"
THRESHOLD = "States.ExceedToleratedFailureThreshold"
TEN_GIGABYTES = 10 * 1024**3


@pytest.fixture(params=DRIVERS)
def driver(request):
    return DRIVERS[request.param]


@pytest.fixture
def root(tmp_path):
    """A folder with one bucket; beside it a file that is nobody's business."""
    (tmp_path / "s3" / "box").mkdir(parents=True)
    (tmp_path / "secret.json").write_text('["secret"]')
    return tmp_path / "s3"


@pytest.fixture
def play(driver, root):
    """Runs a Map over an object of the bucket, which is written first unless there is no text."""

    def run(
        config: dict[str, Any],
        text: str | bytes | None = None,
        key: str = "in",
        bucket: str = "box",
        **more: Any,
    ) -> End:
        if text is not None:
            path = root / bucket / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return driver(root, reading(config, **more), {"bucket": bucket, "key": key})

    return run


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        (root / "box" / name).write_text(text)


# ------------------------------------------------------------------ what is malformed is named


@pytest.mark.parametrize(
    ("config", "text", "cause"),
    [
        (CSV, 'a,b\n1,2\n"3" 4,5\n', "Line 3 of S3://box/in has text after a closing quotation mark: ' 4,5'"),
        (CSV, 'a,b\n1,2\n3,"4\n5,6\n', "Line 3 of S3://box/in opens a quotation mark that is never closed."),
        (CSV, b"a,b\n1,2\n\xff,4\n", "Line 3 of S3://box/in is not UTF-8: invalid start byte"),
        (CSV, "a,a\n1,2\n", "CSV headers cannot contain duplicates."),
        (JSONL, '{"a":1}\n{"a":\n', "Line 2 of S3://box/in is not JSON: "),
        (JSONL, '1\n2\n3 4\n', "Line 3 of S3://box/in is not JSON: "),
        (JSON, '[1, 2, oops]', "S3://box/in is not JSON: "),
        (JSON, '[1, 2', "S3://box/in is not JSON: "),
        (JSON, '{"a": 1}', "Attempting to map over non-iterable node."),
        (MANIFEST, '{"files": 7}', "S3://box/in is not the manifest.json of an S3 inventory: "),
        (MANIFEST, "s3://box/a\n", "S3://box/in is not JSON, as a manifest is: "),
        (MANIFEST, '{"fileFormat":"CSV","fileSchema":"Key","files":[{"key":"gone"}]}',
         "S3://box/gone could not be read: NoSuchKey: "),
        (ATHENA, "s3://box/\n", "Line 1 of S3://box/in is not the URI of an object as a manifest of the "),
        (ATHENA, "s3://box/gone\n", "S3://box/gone could not be read: NoSuchKey: "),
        (ATHENA, "s3://no-such-bucket/k\n", "S3://no-such-bucket/k could not be read: NoSuchBucket: "),
        ({"InputType": "PARQUET"}, "a,b\n1,2\n", "S3://box/in"),
    ],
)  # fmt: skip
def test_what_is_malformed(play, config, text, cause):
    end = play(config, text)
    assert (end.status, end.error) == ("FAILED", READER_FAILED)
    assert end.cause is not None
    assert end.cause.startswith(cause)


def test_what_is_malformed_after_good_rows_fails_the_run_too(play):
    end = play(JSONL, "1\n" * 500 + "oops\n")
    assert (end.status, end.error) == ("FAILED", READER_FAILED)
    assert end.cause is not None
    assert end.cause.startswith("Line 501 of S3://box/in is not JSON: ")


# ------------------------------------------------------------------ what is not there, or elsewhere


@pytest.mark.parametrize(
    ("bucket", "key", "cause"),
    [
        ("box", "gone", "S3://box/gone could not be read: NoSuchKey: The specified key does not exist."),
        ("no-such", "in", "S3://no-such/in could not be read: NoSuchBucket: The specified bucket does"),
        ("..", "secret.json", "S3://../secret.json could not be read: NoSuchBucket: "),
        ("", "in", "ItemReader needs the parameter Bucket, a string that is not empty."),
        ("box", "", "ItemReader needs the parameter Key, a string that is not empty."),
        ("box", "../../secret.json", "S3://box/../../secret.json could not be read: InvalidArgument: "),
        ("box", "a/../../../s.json", "S3://box/a/../../../s.json could not be read: InvalidArgument: "),
        ("box", "/etc/passwd", "S3://box//etc/passwd could not be read: InvalidArgument: "),
        ("box", "a\0b", "S3://box/a\0b could not be read: InvalidArgument: "),
        ("box", "way out/secret.json", "S3://box/way out/secret.json could not be read: InvalidArgument: "),
        ("box", "k" * 1_000, f"S3://box/{'k' * 1_000} could not be read: "),
    ],
)  # fmt: skip
def test_what_is_not_there_or_outside(play, root, bucket, key, cause):
    (root / "box" / "way out").symlink_to(root.parent)
    end = play(JSON, key=key, bucket=bucket)
    assert (end.status, end.error, end.output) == ("FAILED", READER_FAILED, None)
    assert end.cause is not None
    assert end.cause.startswith(cause)


@pytest.mark.parametrize("prefix", ["../", "../../", "/", "way out/"])
def test_a_listing_never_leads_out(play, root, prefix):
    (root / "box" / "way out").symlink_to(root.parent)
    assert play(FLAT, key=prefix, resource=LIST) == End("SUCCEEDED", [], None, None)


def test_a_listing_of_a_bucket_that_is_not_there(play):
    end = play(FLAT, bucket="no-such", resource=LIST)
    assert (end.error, end.output) == (READER_FAILED, None)
    assert end.cause is not None
    assert end.cause.startswith("The objects of S3://no-such could not be listed: NoSuchBucket: ")


@pytest.mark.parametrize(
    "key",
    ["a b/ü+%20&?#.json", "日本/🙂.json", "it's \"so\" {}.json", "a:b|c*[d].json", ".hidden", "..a/b..json",
     "new\nline.json", "-rf ~.json", "$.json"],
)  # fmt: skip
def test_keys_with_odd_characters(play, key):
    assert play(JSON, "[5]", key=key) == End("SUCCEEDED", [2], None, None)
    assert play(FLAT, key=key, resource=LIST) == End("SUCCEEDED", [2], None, None)


# ------------------------------------------------------------------ nothing to read


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (CSV, ""),
        (CSV, "a,b\n"),
        (CSV, "a,b"),
        (CSV, "\n\n"),
        (JSONL, ""),
        (JSONL, "\n \n"),
        (JSON, "[]"),
        (ATHENA, ""),
        ({**CSV, "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"]}, ""),
        (MANIFEST, '{"fileFormat":"CSV","fileSchema":"Key","files":[]}'),
    ],
)  # fmt: skip
def test_nothing_to_read_is_no_items(play, config, text):
    assert play(config, text) == End("SUCCEEDED", [], None, None)


def test_an_empty_file_is_not_json(play):
    end = play(JSON, "")
    assert (end.error, end.cause) == (
        READER_FAILED,
        "S3://box/in is not JSON: it ends too early, at character 0.",
    )


# ------------------------------------------------------------------ how many


@pytest.mark.parametrize(("most", "count"), [(0, 3), (2, 2), (100_000_000, 3)])
def test_no_more_items_than_asked_for(play, most, count):
    assert play({**JSONL, "MaxItems": most}, "1\n2\n5\n") == End("SUCCEEDED", [10, 5, 2][:count], None, None)


@pytest.mark.parametrize(("most", "end"), [
    (100_000_001, End("SUCCEEDED", [10], None, None)),  # recorded: taken as all of them
    (-1, End("FAILED", None, READER_FAILED, "field MaxItems must be positive")),  # recorded
])  # fmt: skip
def test_how_many_by_a_path(driver, root, most, end):
    put(root, **{"in": "1\n"})
    state = reading({**JSONL, "MaxItemsPath": "$.most"})
    assert driver(root, state, {"bucket": "box", "key": "in", "most": most}) == end


# ------------------------------------------------------------------ too large for an execution


def test_an_item_over_the_payload_quota(play):
    quota = 256 * 1024
    fits = play(JSONL, json.dumps("x" * (quota - 2)), MaxConcurrency=1, ResultPath=None)
    assert (fits.status, fits.error) == ("FAILED", "States.DataLimitExceeded")  # the array of its result
    assert fits.cause is not None
    assert "The item with index" not in fits.cause
    end = play(JSONL, "1\n" + json.dumps("x" * (quota - 1)))
    assert (end.status, end.error) == ("FAILED", "States.DataLimitExceeded")
    assert end.cause == (
        "The item with index 1 makes an input of 262145 bytes; an execution is given no more than 262144."
    )


def test_an_item_over_what_a_batch_may_have(play):
    text = json.dumps("x" * (256 * 1024 - 12))
    end = play(JSONL, text, ItemBatcher={"MaxItemsPerBatch": 2})
    assert end.cause == (
        "The item with index 0 makes an input of 262146 bytes; an execution is given no more than 262144."
    )


# ------------------------------------------------------------------ how many may fail


@pytest.mark.parametrize(
    ("bound", "zeros", "succeeds"),
    [
        ({}, 0, True),
        ({}, 1, False),
        ({"ToleratedFailureCount": 0}, 1, False),
        ({"ToleratedFailureCount": 3}, 3, True),
        ({"ToleratedFailureCount": 3}, 4, False),
        ({"ToleratedFailurePercentage": 30}, 3, True),
        ({"ToleratedFailurePercentage": 30}, 4, False),
        ({"ToleratedFailurePercentage": 0}, 1, False),
        ({"ToleratedFailurePercentage": 100}, 10, True),
        ({"ToleratedFailureCount": 9, "ToleratedFailurePercentage": 30}, 4, False),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 90}, 4, False),
    ],
)
@pytest.mark.parametrize("read", [True, False])
def test_how_many_of_ten_may_fail(driver, root, bound, zeros, succeeds, read):
    items = [0] * zeros + [5] * (10 - zeros)
    put(root, **{"in": json.dumps(items)})
    state, given = distributed(TASK, "EXPRESS", **bound), items
    if read:
        state, given = reading(JSON, **bound), {"bucket": "box", "key": "in"}
    end = driver(root, state, given)
    if succeeds:
        assert end == End("SUCCEEDED", [2] * (10 - zeros), None, None)
    else:
        cause = "The specified tolerated failure threshold was exceeded"
        assert end == End("FAILED", None, THRESHOLD, cause)


# ------------------------------------------------------------------ ten gigabytes


class Reads:
    """What is read of objects, in bytes, and how much at a time at most; holes are filled with anything."""

    def __init__(self):
        self.bytes = self.most = 0
        self.filling = b"\0"

    def body(self, source, size):
        reads = self

        class Body(s3_folder_body):
            def read(self, amt=None):
                piece = super().read(amt)
                reads.bytes += len(piece)
                reads.most = max(reads.most, len(piece))
                return piece.replace(b"\0", reads.filling)

        return Body(source, size)


s3_folder_body = s3_folder.StreamingBody


@pytest.fixture
def reads(monkeypatch):
    reads = Reads()
    monkeypatch.setattr(s3_folder, "StreamingBody", reads.body)
    return reads


@pytest.mark.parametrize(
    ("config", "begin", "key", "cause"),
    [
        (CSV, b"a,b\n1,2\n", "in", "S3://box/in has a line of more than 16777216 bytes."),
        (CSV, b'a,b\n1,"', "in", "S3://box/in has a line of more than 16777216 bytes."),
        (JSONL, b"1\n2\n", "in", "S3://box/in has a line of more than 16777216 bytes."),
        (JSONL, b"", "in", "S3://box/in has a line of more than 16777216 bytes."),
        (JSON, b"[1, ", "in", "S3://box/in is not JSON: "),
        (JSON, b'["', "in", "S3://box/in is not JSON: "),
        (MANIFEST, b"", "in", "S3://box/in is too long for a manifest: more than 16777216 bytes."),
        (ATHENA, b"s3://box/", "in", "S3://box/in has a line of more than 16777216 bytes."),
        (JSONL, b"", "in.gz", "S3://box/in.gz should be compressed with gzip but is not: "),
    ],
)  # fmt: skip
def test_ten_gigabytes_are_never_in_memory(play, root, reads, config, begin, key, cause):
    path = root / "box" / key
    path.write_bytes(begin)
    os.truncate(path, TEN_GIGABYTES)  # the file takes no room: what follows the beginning is a hole
    tracemalloc.start()
    try:
        end = play(config, key=key)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (end.status, end.error) == ("FAILED", READER_FAILED)
    assert end.cause is not None
    assert end.cause.startswith(cause)
    assert reads.most <= CHUNK
    assert reads.bytes <= LONGEST + 2 * CHUNK
    assert peak < 4 * LONGEST


def test_a_string_without_end_is_never_in_memory(play, root, reads):
    reads.filling = b"a"
    path = root / "box" / "in"
    path.write_bytes(b'["')
    os.truncate(path, TEN_GIGABYTES)
    end = play(JSON)
    assert (end.status, end.error) == ("FAILED", READER_FAILED)
    assert end.cause is not None
    assert "in a value of more than 16777216 characters" in end.cause
    assert reads.bytes <= LONGEST + 2 * CHUNK


def test_ten_gigabytes_of_parquet_are_never_in_memory(play, root, reads):
    pytest.importorskip("pyarrow")
    path = root / "box" / "in"
    path.write_bytes(b"PAR1")
    os.truncate(path, TEN_GIGABYTES)
    end = play({"InputType": "PARQUET"})
    assert (end.status, end.error) == ("FAILED", READER_FAILED)
    assert reads.bytes <= LONGEST


def test_of_ten_gigabytes_no_more_is_read_than_asked_for(play, root, reads):
    path = root / "box" / "in"
    path.write_bytes(b"5\n5\n")
    os.truncate(path, TEN_GIGABYTES)
    assert play({**JSONL, "MaxItems": 2}) == End("SUCCEEDED", [2, 2], None, None)
    assert reads.bytes <= 2 * CHUNK
