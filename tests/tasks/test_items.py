"""Reading items from S3: from moto in this process, and from folders."""

import gzip
import json
import tracemalloc
from itertools import islice

import pytest

from asl.errors import Failure
from asl.signals import S3Call
from emulator.ports import Unreachable
from emulator.tasks.maps.items import read
from tests.tasks.reaching import MOTO
from tests.tasks.s3_objects import BUCKET, in_folder, in_moto

CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}


@pytest.fixture(params=["moto", "folder"])
def store(request, tmp_path):
    yield in_moto() if request.param == "moto" else in_folder(tmp_path)
    MOTO.reset()


@pytest.fixture
def folder(tmp_path):
    return in_folder(tmp_path)


def test_an_object_with_all_its_parameters(store):
    store.put("dir/file.csv", "id\n1\n2\n")
    found = store.items("dir/file.csv", more={"ExpectedBucketOwner": "123456789012"}, **CSV)
    assert found == [
        ({"id": "1"}, None, "S3://data-bucket/dir/file.csv"),
        ({"id": "2"}, None, found[0].source),
    ]


def test_an_object_or_a_bucket_that_is_not_there(store):
    cause = store.cause("missing.json", InputType="JSON")
    assert (
        cause
        == "S3://data-bucket/missing.json could not be read: NoSuchKey: The specified key does not exist."
    )
    call = S3Call("s3:getObject", {"Bucket": "no-such-bucket", "Key": "k"}, {"InputType": "JSON"})
    with pytest.raises(Failure, match="S3://no-such-bucket/k could not be read: NoSuchBucket"):
        list(read(call, store.service))
    call = S3Call("s3:listObjectsV2", {"Bucket": "no-such-bucket"})
    with pytest.raises(Failure, match="S3://no-such-bucket could not be listed: NoSuchBucket"):
        list(read(call, store.service))


@pytest.mark.parametrize(
    "parameters", [{}, {"Bucket": BUCKET}, {"Bucket": 7, "Key": "k"}, {"Bucket": "", "Key": "k"}]
)
def test_parameters_that_must_be_there(folder, parameters):
    call = S3Call("s3:getObject", parameters, {"InputType": "JSON"})
    with pytest.raises(Failure, match=r"ItemReader needs the parameter (Bucket|Key), a string"):
        list(read(call, folder.service))


def test_parameters_that_s3_does_not_have():
    store = in_moto()
    cause = store.cause("k", more={"Colour": "red"}, InputType="JSON")
    assert 'Unknown parameter in input: "Colour"' in cause


def test_a_format_must_be_told(folder):
    folder.put("f", "[]")
    assert "needs the InputType of S3://data-bucket/f" in folder.cause("f")
    assert "needs the InputType" in folder.cause("f", InputType="XML")


def test_nobody_answers_for_s3():
    def nobody(service):
        raise Unreachable("install moto")

    with pytest.raises(Failure, match=r"States\.ItemReaderFailed: install moto"):
        list(read(S3Call("s3:getObject", {"Bucket": "b", "Key": "k"}, {"InputType": "JSON"}), nobody))


def test_a_version():
    store = in_moto()
    store.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = store.client.put_object(Bucket=BUCKET, Key="f.json", Body=b"[1]")["VersionId"]
    store.put("f.json", "[2]")
    assert store.values("f.json", InputType="JSON") == [2]
    assert store.values("f.json", more={"VersionId": first}, InputType="JSON") == [1]
    MOTO.reset()


# ------------------------------------------------------------------ compressed


@pytest.mark.parametrize("key", ["f.csv.gz", "f.csv"])
def test_gzip_by_name_or_encoding(key):
    store = in_moto()
    packed = gzip.compress(b"id\n1\n") + gzip.compress(b"2\n") + b"\0\0\0"
    store.put(key, packed, **({} if key.endswith("gz") else {"ContentEncoding": "gzip"}))
    assert store.values(key, **CSV) == [{"id": "1"}, {"id": "2"}]
    MOTO.reset()


def test_what_is_not_gzip_as_it_says(folder):
    folder.put("f.json.gz", "[1]")
    assert folder.cause("f.json.gz", InputType="JSON").startswith(
        "S3://data-bucket/f.json.gz should be compressed with gzip but is not: "
    )
    folder.put("f.json.gz", gzip.compress(b"[1]")[:-9])
    assert folder.cause("f.json.gz", InputType="JSON").endswith(
        "is compressed with gzip, and ends too early."
    )


def test_little_that_unpacks_to_much_is_never_in_memory(folder):
    folder.put("f.jsonl.gz", gzip.compress((b"1" * 1_000 + b"\n") * 100_000))
    call = S3Call("s3:getObject", {"Bucket": BUCKET, "Key": "f.jsonl.gz"}, {"InputType": "JSONL"})
    peak = peak_of(lambda: sum(1 for _ in islice(read(call, folder.service), 20_000)))
    assert peak < 5_000_000


def test_zstandard(folder):
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.compress(b"[1,") + zstandard.compress(b"2]")
    folder.put("f.json.zst", packed)
    assert folder.values("f.json.zst", InputType="JSON") == [1, 2]
    folder.put("f.json.zst", b"[1,2]")
    assert "should be compressed with Zstandard but is not" in folder.cause("f.json.zst", InputType="JSON")


def test_zstandard_that_is_not_installed(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    folder.put("f.json.zst", b"")
    assert folder.cause("f.json.zst", InputType="JSON").endswith("pip install 'asl-emulator[zstd]'")


# ------------------------------------------------------------------ listings


def test_a_listing_page_by_page(store):
    for number in range(7):
        store.put(f"in/{number}.txt", "x" * number)
    store.put("out/1.txt", "")
    found = store.listed({"Prefix": "in/", "MaxKeys": 3})
    assert [each.value["Key"] for each in found] == [f"in/{number}.txt" for number in range(7)]
    assert {each.source for each in found} == {"S3://data-bucket"}
    first = found[3].value
    assert list(first) == ["Etag", "Key", "LastModified", "Size", "StorageClass"]
    assert first["Size"] == 3
    assert first["StorageClass"] == "STANDARD"
    assert type(first["LastModified"]) is int
    assert first["Etag"].startswith('"')
    assert len(store.listed(MaxItems=2)) == 2
    assert store.listed({"Prefix": "none/"}) == []


def test_what_the_listed_objects_hold(store):
    store.put("in/1.json", "[1,2]")
    store.put("in/2.json.gz", gzip.compress(b"[3]"))
    found = store.listed({"Prefix": "in/"}, InputType="JSON", Transformation="LOAD_AND_FLATTEN")
    assert [(each.value, each.source) for each in found] == [
        (1, "S3://data-bucket/in/1.json"),
        (2, "S3://data-bucket/in/1.json"),
        (3, "S3://data-bucket/in/2.json.gz"),
    ]
    more = store.listed({"Prefix": "in/"}, InputType="JSON", Transformation="LOAD_AND_FLATTEN", MaxItems=1)
    assert len(more) == 1


def test_objects_that_stand_for_folders_hold_nothing():
    store = in_moto()
    store.put("in/", "")
    store.put("in/1.json", "[1]")
    found = store.listed(InputType="JSON", Transformation="LOAD_AND_FLATTEN")
    assert [each.value for each in found] == [1]
    assert [each.value["Key"] for each in store.listed()] == ["in/", "in/1.json"]
    MOTO.reset()


# ------------------------------------------------------------------ manifests


def inventory(store, **changes):
    store.put("inv/data/1.csv.gz", gzip.compress(b'"shop","a%20b.jpg","12"\n"shop","c.jpg","34"\n'))
    store.put("inv/data/2.csv.gz", gzip.compress(b'"shop","d.jpg","56"\n'))
    told = {
        "sourceBucket": "shop",
        "destinationBucket": f"arn:aws:s3:::{BUCKET}",
        "version": "2016-11-30",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": f"inv/data/{each}.csv.gz", "size": 1, "MD5checksum": ""} for each in (1, 2)],
        **changes,
    }
    store.put("inv/manifest.json", json.dumps(told))


@pytest.mark.parametrize("config", [{"InputType": "MANIFEST"}, {"ManifestType": "S3_INVENTORY"}])
def test_an_inventory(store, config):
    inventory(store)
    found = store.items("inv/manifest.json", **config)
    assert [each.value for each in found] == [
        {"Bucket": "shop", "Key": "a%20b.jpg", "Size": "12"},
        {"Bucket": "shop", "Key": "c.jpg", "Size": "34"},
        {"Bucket": "shop", "Key": "d.jpg", "Size": "56"},
    ]
    assert found[2].source == "S3://data-bucket/inv/data/2.csv.gz"
    assert len(store.items("inv/manifest.json", MaxItems=2, **config)) == 2


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[]", "is not the manifest.json of an S3 inventory: it holds no object"),
        ("{}", "it needs fileFormat, fileSchema and files"),
        ("{", "is not JSON, as a manifest is"),
        ('{"fileFormat":"CSV","fileSchema":"Key","files":[{}]}', "names a file without a key"),
        ('{"fileFormat":"ORC","fileSchema":"Key","files":[{"key":"x"}]}', "in the format ORC cannot be read"),
        (
            '{"fileFormat":"CSV","fileSchema":"Key","files":[{"key":"x"}]}',
            "S3://data-bucket/x could not be read",
        ),
    ],
)
def test_what_is_no_inventory(folder, text, part):
    folder.put("m.json", text)
    assert part in folder.cause("m.json", InputType="MANIFEST")


def test_a_manifest_of_athena(store):
    store.put("q/1.csv", "1,one\n")
    store.put("q/2.csv", "2,two\n")
    store.put("q-manifest.csv", f"s3://{BUCKET}/q/1.csv\ns3://{BUCKET}/q/2.csv\n")
    given = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["id", "name"]}
    found = store.items("q-manifest.csv", ManifestType="ATHENA_DATA", **given)
    assert [each.value for each in found] == [{"id": "1", "name": "one"}, {"id": "2", "name": "two"}]
    assert [each.source for each in found] == ["S3://data-bucket/q/1.csv", "S3://data-bucket/q/2.csv"]


def test_a_manifest_of_athena_that_is_none(folder):
    folder.put("m.csv", '{"files": []}')
    cause = folder.cause("m.csv", ManifestType="ATHENA_DATA", InputType="JSONL")
    assert cause.startswith("Line 1 of S3://data-bucket/m.csv is not the URI of an object")
    cause = folder.cause("m.csv", ManifestType="ATHENA_DATA", InputType="MANIFEST")
    assert "InputType says what the objects are" in cause


# ------------------------------------------------------------------ memory


def peak_of(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "begin", "row", "end", "config"),
    [
        ("f.csv", b"id,name,price\n", b"12345,a name of some length,678.90" + b"x" * 460 + b"\n", b"", CSV),
        ("f.jsonl", b"", b'{"id": 12345, "text": "' + b"x" * 475 + b'"}\n', b"", {"InputType": "JSONL"}),
        ("f.json", b"[", b'{"id": 12345, "text": "' + b"x" * 475 + b'"},', b"0]", {"InputType": "JSON"}),
    ],
)
def test_50_megabytes_take_less_than_5(folder, tmp_path, name, begin, row, end, config):
    rows = 50_000_000 // len(row)
    with (tmp_path / BUCKET / name).open("wb") as file:
        file.write(begin)
        for _ in range(rows // 1_000):
            file.write(row * 1_000)
        file.write(end)
    call = S3Call("s3:getObject", {"Bucket": BUCKET, "Key": name}, config)
    seen = []
    peak = peak_of(lambda: seen.append(sum(1 for _ in read(call, folder.service))))
    assert seen[0] >= rows // 1_000 * 1_000
    assert peak < 5_000_000


def test_a_listing_is_read_no_further_than_needed(folder):
    pages = []
    listing = folder.client.list_objects_v2
    folder.client.list_objects_v2 = lambda **asked: pages.append(asked) or listing(**asked)
    for number in range(5):
        folder.put(f"{number}", "")
    assert len(folder.listed({"MaxKeys": 2}, MaxItems=3)) == 3
    assert len(pages) == 2
