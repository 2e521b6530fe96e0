"""The public face: its names, and that everything public is documented."""

import ast
import inspect

import pytest

import asl
from tests.architecture.sources import PATHS, TREES, Function


def test_the_public_names_are_these():
    assert asl.__all__ == [
        "Diagnostic",
        "Execution",
        "Failure",
        "History",
        "Identity",
        "InvalidDefinition",
        "InvalidExecutionInput",
        "Result",
        "StateMachine",
        "Step",
        "advance",
        "handler",
        "parse",
        "simulate",
        "start",
        "validate",
    ]


@pytest.mark.parametrize("name", asl.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert inspect.getdoc(getattr(asl, name))


def test_every_argument_of_simulate_is_documented():
    documented = inspect.getdoc(asl.simulate)
    assert [
        each for each in inspect.signature(asl.simulate).parameters if f"    {each}: " not in documented
    ] == []


@pytest.mark.parametrize("name", PATHS)
def test_every_module_opens_with_one_sentence(name):
    opening = (ast.get_docstring(TREES[name]) or "").partition("\n\n")[0]
    assert opening, "no docstring"
    assert opening.endswith("."), opening
    assert "\n" not in opening, opening
    assert ". " not in opening, opening


SAID_ONCE = {"read", "schema"}
"""What a kind's methods mean is said by the protocol ``asl.spec.fields.Kind``."""


def undocumented(node, place, inherited=()):
    """Public classes, functions and methods without a docstring, by their place."""
    for each in node.body:
        if not isinstance(each, ast.ClassDef | Function) or each.name.startswith("_"):
            continue
        if any(ast.unparse(decorator) == "overload" for decorator in each.decorator_list):
            continue
        inside = f"{place}.{each.name}"
        if not ast.get_docstring(each) and each.name not in inherited:
            yield inside
        if isinstance(each, ast.ClassDef):
            yield from undocumented(each, inside, SAID_ONCE)


@pytest.mark.parametrize("name", PATHS)
def test_everything_public_is_documented(name):
    assert list(undocumented(TREES[name], name)) == []
