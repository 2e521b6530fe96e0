from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from emulator.tasks.maps import items_parquet
from tests.tasks.reaching import MOTO
from tests.tasks.s3_objects import BUCKET, in_folder, in_moto


@pytest.fixture
def folder(tmp_path):
    return in_folder(tmp_path)


@pytest.fixture
def write(tmp_path):
    """Writes rows to a Parquet file, and gives its bytes."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    def written(rows, **options):
        path = tmp_path / "written.parquet"
        parquet.write_table(pyarrow.Table.from_pylist(rows), path, **options)
        return path.read_bytes()

    return written


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "zstd"])
def test_rows(folder, write, compression):
    rows = [{"id": number, "name": f"n{number}", "tags": ["a", {"b": 1}][:1]} for number in range(5)]
    folder.put("f.parquet", write(rows, compression=compression, row_group_size=2))
    assert folder.values("f.parquet", InputType="PARQUET") == rows
    assert folder.values("f.parquet", InputType="PARQUET", MaxItems=3) == rows[:3]
    assert folder.items("f.parquet", InputType="PARQUET")[0].source == "S3://data-bucket/f.parquet"


def test_rows_from_moto_and_of_all_that_is_listed(write):
    store = in_moto()
    store.put("in/1.parquet", write([{"id": 1}]))
    store.put("in/2.parquet", write([{"id": 2}]))
    found = store.listed({"Prefix": "in/"}, InputType="PARQUET", Transformation="LOAD_AND_FLATTEN")
    assert [each.value for each in found] == [{"id": 1}, {"id": 2}]
    MOTO.reset()


def test_types_that_json_has_not(folder, write):
    row = {
        "day": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "lasts": timedelta(seconds=90),
        "price": Decimal("12.50"),
        "text": b"abc",
        "bytes": b"\xff\x00",
        "nothing": None,
        "nan": float("nan"),
        "nested": {"list": [1.5, True]},
    }
    folder.put("f.parquet", write([row]))
    assert (
        folder.values("f.parquet", InputType="PARQUET")
        == [
            {
                "day": "2026-01-02",
                "at": "2026-01-02T03:04:05+00:00",
                "lasts": 90.0,
                "price": "12.50",
                "text": "abc",
                "bytes": "/wA=",
                "nothing": None,
                "nan": None,
                "nested": {"list": [1.5, True]},
            }
        ]
        or folder.values("f.parquet", InputType="PARQUET")[0]["whole"] == 12
    )


def test_whole_decimals_are_numbers(folder, write):
    folder.put("f.parquet", write([{"count": Decimal(12345678901234567890)}]))
    assert folder.values("f.parquet", InputType="PARQUET") == [{"count": 12345678901234567890}]


def test_only_what_is_needed_is_asked_for(folder, write):
    folder.put("f.parquet", write([{"id": number, "text": f"{number}" * 500} for number in range(20_000)]))
    asked = []
    get = folder.client.get_object

    def counted(**asking):
        asked.append(asking["Range"])
        return get(**asking)

    folder.client.get_object = counted
    assert len(folder.values("f.parquet", InputType="PARQUET", MaxItems=1)) == 1
    assert len(asked) < 20
    assert all(each.startswith("bytes=") for each in asked)


def test_what_is_no_parquet_file(folder, write):
    folder.put("f.parquet", b"PAR1")
    assert folder.cause("f.parquet", InputType="PARQUET") == (
        "S3://data-bucket/f.parquet is no Parquet file: it has 4 bytes."
    )
    folder.put("f.parquet", b"id,name\n1,one\n")
    assert "it does not end with PAR1" in folder.cause("f.parquet", InputType="PARQUET")
    folder.put("f.parquet", b"PAR1" + b"x" * 100 + (50).to_bytes(4, "little") + b"PAR1")
    assert "could not be read as Parquet" in folder.cause("f.parquet", InputType="PARQUET")
    folder.put("f.parquet", b"PAR1" + b"x" * 100 + (6_000_000).to_bytes(4, "little") + b"PAR1")
    assert "The footer of" in folder.cause("f.parquet", InputType="PARQUET")
    data = write([{"id": number} for number in range(1_000)])
    folder.put("f.parquet", data[:20] + b"\xff" * 40 + data[60:])
    assert "could not be read as Parquet" in folder.cause("f.parquet", InputType="PARQUET")
    assert "could not be read: NoSuchKey" in folder.cause("missing.parquet", InputType="PARQUET")


def test_a_row_group_may_not_be_too_large(folder, write, monkeypatch):
    monkeypatch.setattr(items_parquet, "MOST_ROW_GROUP_BYTES", 10)
    folder.put("f.parquet", write([{"id": 1}]))
    assert "Row group 0 of S3://data-bucket/f.parquet takes" in folder.cause("f.parquet", InputType="PARQUET")


def test_a_version_is_not_supported(folder):
    cause = folder.cause("f.parquet", more={"VersionId": "1"}, InputType="PARQUET")
    assert cause == "VersionId is not supported with the InputType PARQUET."


def test_pyarrow_that_is_not_installed(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    cause = folder.cause("f.parquet", InputType="PARQUET")
    assert cause.endswith("pip install 'asl-emulator[parquet]'")


def test_an_inventory_in_parquet(folder, write):
    folder.put("1.parquet", write([{"bucket": "shop", "key": "a.jpg"}]))
    files = '"fileSchema":"x","files":[{"key":"1.parquet"}]'
    told = f'{{"destinationBucket":"{BUCKET}","fileFormat":"Parquet",{files}}}'
    folder.put("manifest.json", told)
    assert folder.values("manifest.json", InputType="MANIFEST") == [{"bucket": "shop", "key": "a.jpg"}]
