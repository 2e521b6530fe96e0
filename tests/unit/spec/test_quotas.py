"""The payload quota at its edge: 262,144 bytes of compact JSON in UTF-8 pass, one more does not."""

import pytest

import asl
from asl.spec.quotas import EXPRESS, NONE, STANDARD, of
from tests.unit.validator.shared import END, machine, passing, task

LIMIT = 262_144


def taking(size):
    """A text that takes so many bytes, quotes included."""
    return "x" * (size - 2)


def test_the_numbers():
    assert (STANDARD.payload_bytes, STANDARD.history_events, STANDARD.seconds) == (LIMIT, 25_000, 31_536_000)
    assert (EXPRESS.payload_bytes, EXPRESS.history_events, EXPRESS.seconds) == (LIMIT, None, 300)
    assert (NONE.payload_bytes, NONE.history_events, NONE.seconds) == (None, None, None)


def test_each_type_has_its_own():
    assert (of("STANDARD"), of("EXPRESS")) == (STANDARD, EXPRESS)


@pytest.mark.parametrize("letter", ["x", "é", "名", "😀", "\n"])
def test_input(letter):
    each = len(letter.encode()) + (letter == "\n")
    fits = letter * ((LIMIT - 2) // each)
    fits += "x" * (LIMIT - 2 - each * len(fits))
    assert asl.simulate(asl.parse(passing()), fits).output == fits
    with pytest.raises(asl.InvalidExecutionInput, match="262,145 bytes"):
        asl.simulate(asl.parse(passing()), fits + "x")


def result(definition, **handlers):
    return asl.simulate(asl.parse(definition), 0, handlers=handlers)


def of_a_pass(size):
    return result(passing(Result=taking(size)))


def of_parameters(size):
    return result(passing(Parameters={"a.$": "$", "b": taking(size - len('{"b":,"a":0}'))}))


def of_a_variable(size):
    return result(passing(Assign={"a": taking(size - len('{"a":}'))}))


def of_a_task(size):
    return result(machine(S=task()), f=lambda event, context: taking(size))


def of_parallel(size):
    branch = machine(B={**END, "Result": taking(size - len("[]"))})
    return result(machine(S={"Type": "Parallel", "End": True, "Branches": [branch]}))


@pytest.mark.parametrize("run", [of_a_pass, of_parameters, of_a_variable, of_a_task, of_parallel])
def test_what_a_state_makes(run):
    assert run(LIMIT).status == "SUCCEEDED"
    over = run(LIMIT + 1)
    assert (over.status, over.error) == ("FAILED", "States.DataLimitExceeded")


def test_without_quotas_nothing_is_too_large():
    machine = asl.parse(passing(Result=taking(LIMIT + 1)))
    assert asl.simulate(machine, quotas=False).status == "SUCCEEDED"
