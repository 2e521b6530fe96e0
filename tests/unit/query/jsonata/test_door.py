"""What the package offers, and what it costs to have it."""

import subprocess
import sys

import asl.query.jsonata

START = "import sys; from asl.query.jsonata import *; "
PLAIN = START + "compile_expression('$states.input.a'); print('jlens' in sys.modules)"
WITHOUT = (
    "import sys; sys.modules['jlens'] = None\n"
    + START
    + "\ncompile_expression('$states.input.a')\n"
    + "try: compile_expression('$states.input.a % 2')\n"
    + "except JSONataUnavailable as error: print(error)"
)


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_names():
    assert asl.query.jsonata.__all__ == [
        "ExpressionFailure",
        "JSONata",
        "JSONataSyntaxError",
        "JSONataUnavailable",
        "Surroundings",
        "Uses",
        "compile_expression",
    ]


def test_the_engine_is_loaded_by_the_first_expression_that_needs_it():
    assert run(PLAIN) == "False"


def test_without_the_engine_only_what_needs_it_fails():
    assert run(WITHOUT) == (
        "JSONata needs the package jlens, which is not installed: pip install 'asl-emulator[jsonata]'"
    )


DEFINITION = """
import sys; sys.modules['jlens'] = None
import asl

def one(output):
    state = {"Type": "Pass", "Output": output, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}

sums = one({"a": "{% $sum([1]) %}", "b": "{% $sum([2]) %}"})
print([(each.code, each.rule) for each in asl.validate(sums)])
short = asl.parse(one("{% $states.input.a.b %}"))
print(asl.simulate(short, {"a": {"b": 7}}).output)
print(asl.simulate(short, {"a": [{"b": 7}]}))
"""


def test_a_definition_without_the_engine():
    told, simple, failed = run(DEFINITION).splitlines()
    assert told == "[('JSONATA_NOT_INSTALLED', 'ASL902')]"
    assert simple == "7"
    assert failed.startswith("<Result FAILED States.Runtime: ")
    assert "not installed: pip install 'asl-emulator[jsonata]'" in failed
