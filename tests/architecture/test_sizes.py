"""Sizes: a function fits on a screen, and a file can be read in one go."""

import ast

import pytest

from tests.architecture.sources import PATHS, TREES, Function

FUNCTION_LINES = 60
FILE_LINES = 600


def body_lines(function):
    """Lines of a function's body, its docstring and signature apart."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("name", PATHS)
def test_no_function_is_long(name):
    functions = [each for each in ast.walk(TREES[name]) if isinstance(each, Function)]
    assert {each.name: body_lines(each) for each in functions if body_lines(each) > FUNCTION_LINES} == {}


@pytest.mark.parametrize("name", PATHS)
def test_no_file_is_long(name):
    assert len(PATHS[name].read_text().splitlines()) <= FILE_LINES
