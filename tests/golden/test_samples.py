"""Every sample machine, with each of its inputs, gives its expected answer and its golden history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asl
from tests.golden.histories import difference, golden_text, without_machine_paths
from tests.golden.samples import FOLDERS, ROOT, SAMPLES, Sample, load_handlers

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)

UNDONE = {
    "checkout": [],
    "checkout.big_order": [],
    "checkout.suspected_fraud": [],
    "checkout.rejected": [],
    "checkout.out_of_stock": [],
    "checkout.declined": ["Release the inventory"],
    "checkout.payment_unreachable": ["Refund the charge", "Release the inventory"],
    "checkout.order_system_down": ["Refund the charge", "Release the inventory"],
    "checkout.shipping_down": ["Cancel the order", "Refund the charge", "Release the inventory"],
    "checkout.refund_refused": ["Refund the charge"],
}
"""The compensations of each checkout, in the order in which they must run."""
COMPENSATES = {
    "Cancel the order": "Create the order",
    "Refund the charge": "Charge the card",
    "Release the inventory": "Reserve the inventory",
}


# ------------------------------------------------------------------ all samples


@every_sample
def test_gives_the_expected_answer(sample: Sample) -> None:
    result = sample.run()
    parts = ["output"] if result.status == "SUCCEEDED" else ["error", "cause"]
    assert {part: getattr(result, part) for part in ["status", *parts]} == sample.expectation()


@every_sample
def test_has_its_golden_history(sample: Sample) -> None:
    golden = sample.golden.read_text(encoding="utf-8") if sample.golden.exists() else "[]"
    now = golden_text(sample.run().history)
    if golden != now:
        pytest.fail(
            f"the history of {sample.name} is not that of tests/golden/{sample.golden.name}:\n"
            f"{difference(golden, now)}\n"
            "If it is meant to change, run `make golden` and review the diff.",
            pytrace=False,
        )


@every_sample
def test_runs_the_same_again_on_the_same_handlers(sample: Sample) -> None:
    handlers = load_handlers(sample.folder)
    assert list(sample.run(handlers).history) == list(sample.run(handlers).history)


@every_folder
def test_reaches_every_state(folder: Path) -> None:
    samples = [sample for sample in SAMPLES if sample.folder == folder]
    entered = {name for sample in samples for name in entered_states(sample.run())}
    assert entered == states_of(json.loads(samples[0].definition))


@every_folder
def test_has_a_faultless_definition(folder: Path) -> None:
    assert asl.validate((folder / "machine.asl.json").read_text(encoding="utf-8")) == []


@every_folder
def test_tells_how_to_run_it(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"asl run sample_machines/{folder.name}" in readme
    assert [name.name for name in sorted((folder / "inputs").glob("*.json")) if name.name not in readme] == []


def test_has_no_golden_history_without_its_sample() -> None:
    kept = set(Path(__file__).parent.glob("*.history.json"))
    assert kept == {sample.golden for sample in SAMPLES}


def test_has_no_expected_answer_without_its_input() -> None:
    kept = set((ROOT / "sample_machines").glob("*/expected/*.json"))
    assert kept == {sample.expected for sample in SAMPLES if not sample.is_main}


# ------------------------------------------------------------------ the checkout


@pytest.mark.parametrize("name", [each.name for each in SAMPLES if each.folder.name == "checkout"])
def test_the_checkout_undoes_what_it_did_last_first(name: str) -> None:
    entered = entered_states(named(name).run())
    undone = [state for state in entered if state in COMPENSATES]
    assert undone == UNDONE[name]
    steps = [entered.index(COMPENSATES[state]) for state in undone]
    assert steps == sorted(steps, reverse=True)


def test_a_retried_charge_happens_once() -> None:
    result = named("checkout").run()
    scheduled = [str(event.get("taskScheduledEventDetails")) for event in result.history]
    assert sum("charge_card" in each for each in scheduled) == 2
    assert result.output["ledger"] == [
        "reserved 4 mug-blue and 1 kettle",
        "charged 140.60 EUR",
        "recognised the charge by its key",
        "created the order",
        "notified swift",
    ]


# ------------------------------------------------------------------ the golden form


@pytest.mark.parametrize(
    ("path", "escape"),
    [("", ""), ("/home/me/asl/", ""), ("/home/me/asl/", "\\"), ("C:\\Users\\My Self\\", "\\\\\\")],
)
def test_the_golden_form_names_no_machine_path(path: str, escape: str) -> None:
    frame = f'  File {escape}"{path}handlers.py{escape}", line 3, in greet'
    assert without_machine_paths(frame) == f'  File {escape}"handlers.py{escape}", line 3, in greet'


@every_sample
def test_a_golden_history_names_no_machine_path(sample: Sample) -> None:
    assert str(ROOT) not in golden_text(sample.run().history)


def test_a_difference_names_the_event_and_the_value() -> None:
    def history(total: int) -> str:
        output = json.dumps({"total": total, "of": []})
        return json.dumps([{"id": 1, "type": "PassStateExited", "output": output}])

    assert difference(history(1), history(2)).splitlines()[2:] == [
        "-event 1 PassStateExited: output.total = 1",
        "+event 1 PassStateExited: output.total = 2",
    ]


# ------------------------------------------------------------------ small things


def entered_states(result: asl.Result) -> list[str]:
    """The names of the states that a run entered, in order."""
    details = (event.get("stateEnteredEventDetails") for event in result.history)
    return [each["name"] for each in details if each]


def named(name: str) -> Sample:
    """The sample of that name."""
    return next(sample for sample in SAMPLES if sample.name == name)


def states_of(block: object) -> set[str]:
    """The names of all states in a definition, however deep."""
    if isinstance(block, list):
        return {name for each in block for name in states_of(each)}
    if not isinstance(block, dict):
        return set()
    own = set(block.get("States", {}))
    return own.union(*(states_of(member) for member in block.values()))
