"""sample_machines/weather_archive: rows from S3 in batches, what came of them written there and merged."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import asl
from emulator import Settings
from tests.cli.shared import COMMAND, environment
from tests.golden.samples import load_handlers, module_of
from tests.samples.shared import SAMPLES, prepared, read, start

FOLDER = SAMPLES / "weather_archive"
ARCHIVE = Path("weather-archive", "2024.csv")
generate = module_of(FOLDER / "generate.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the sample's buckets, where results may be written."""
    root = tmp_path / "s3"
    shutil.copytree(FOLDER / "s3", root)
    return root


def run(root: Path, given: dict[str, Any], code: int = 0) -> Any:
    """What `asl run` prints."""
    command = [*COMMAND, "run", str(FOLDER), "--s3-root", str(root), "--input", json.dumps(given), "--json"]
    ended = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == code, ended.stderr
    return json.loads(ended.stdout)


def given(**changes: Any) -> dict[str, Any]:
    return {**read("weather_archive", "input.json"), **changes}


def looped(root: Path) -> Any:
    """What the sample's own functions make of all rows at once, without a state machine."""
    functions = load_handlers(FOLDER)
    with (root / ARCHIVE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    event = {"BatchInput": given()["limits"], "Items": rows}
    return functions["summarise_year"]([functions["analyse_batch"](event, None)], None)


def test_it_runs_as_its_page_says(root):
    assert run(root, given())["output"] == read("weather_archive", "expected.json")
    [manifest] = root.glob("weather-results/2024/*/manifest.json")
    told = json.loads(manifest.read_text())["ResultFiles"]
    assert (told["FAILED"], told["PENDING"]) == ([], [])
    written = json.loads((root / "weather-results" / told["SUCCEEDED"][0]["Key"]).read_text())
    assert [each["rows"] for each in written] == [*[100] * 7, 32]


def test_the_emulator_gives_the_same(root):
    machine = ("weather", "machine.asl.json", "STANDARD")
    with prepared("weather_archive", machine, settings=Settings(s3_root=str(root))) as inside:
        ended = inside.wait(start(inside, "weather", given()))
        assert json.loads(ended["output"]) == read("weather_archive", "expected.json")
        described = [
            inside.client().describe_map_run(mapRunArn=each["mapRunArn"])
            for each in inside.client().list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
        ]
        counts = {
            each["mapRunArn"].split("/")[1].split(":")[0]: (
                each["itemCounts"]["succeeded"],
                each["executionCounts"]["succeeded"],
            )
            for each in described
        }
        assert counts == {"Analyse": (732, 8), "Merge": (8, 1)}


@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_batches_of_any_size_give_the_same(root, rows):
    assert run(root, given(rowsPerBatch=rows))["output"] == read("weather_archive", "expected.json")


def test_it_gives_what_a_loop_gives(tmp_path):
    generate.write(3_000, tmp_path, seed=7)
    told = run(tmp_path, given())["output"]
    assert told["rows"] == 3_000
    assert told == looped(tmp_path)


def spoil(root: Path) -> None:
    path = root / ARCHIVE
    rows = path.read_text().splitlines()
    station, day, _, low, rain = rows[200].split(",")
    rows[200] = f"{station},{day},hot,{low},{rain}"
    path.write_text("\n".join(rows))


def test_a_spoilt_row_is_too_much_in_a_large_batch(root):
    spoil(root)
    told = run(root, given(), code=1)
    assert told["error"] == "States.ExceedToleratedFailureThreshold"


def test_a_spoilt_row_is_tolerated_in_a_small_batch(root):
    spoil(root)
    assert run(root, given(rowsPerBatch=5))["output"]["rows"] == 727
    [failed] = root.glob("weather-results/2024/*/FAILED_0.json")
    [record] = json.loads(failed.read_text())
    assert record["Error"] == "ImplausibleObservation"
    assert "DEMO0000001 on 2024-07-18: TMAX is 'hot'" in record["Cause"]


def test_the_file_is_what_the_generator_makes(tmp_path):
    kept = (FOLDER / "s3" / ARCHIVE).read_bytes()
    assert generate.write(732, tmp_path).read_bytes() == kept
    assert generate.write(732, tmp_path, seed=1).read_bytes() != kept
    assert generate.write(0, tmp_path).read_text() == "STATION,DATE,TMAX,TMIN,PRCP\n"


def test_the_definition_is_faultless():
    assert asl.validate((FOLDER / "machine.asl.json").read_text()) == []
