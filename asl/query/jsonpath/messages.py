"""Jayway's texts for what can go wrong on the way; AWS shows them to its users."""

from __future__ import annotations

from asl.jsontypes import JSON
from asl.query.jsonpath.javatext import class_name, value_text
from asl.query.jsonpath.steps import Query


def no_results(query: Query) -> str:
    """Nothing at the end of a definite path."""
    return f"No results for path: {query}"


def missing_property(query: Query, position: int) -> str:
    """No such name, and the path goes on."""
    return f"Missing property in path {query.way(position + 1)}"


def no_object(query: Query, position: int, value: JSON) -> str:
    """A name is asked of something that has none."""
    return (
        f"Expected to find an object with property {query.steps[position]} in path {query.way(position)}"
        f" but found '{class_name(value)}'. This is not a json object according to the JsonProvider:"
        " 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'."
    )


def no_array(query: Query, position: int, value: JSON) -> str:
    """An index is asked of something that has none."""
    if value is None:
        return f"The path {query.way(position)} is null"
    return (
        f"Filter: {query.rest(position)} can only be applied to arrays."
        f" Current context is: {value_text(value)}"
    )


def no_container(query: Query, position: int, value: JSON) -> str:
    """A filter stands after something that is neither an array nor an object."""
    return (
        f"Filter: {query.rest(position)} can not be applied to primitives."
        f" Current context is: {value_text(value)}"
    )


def no_function(name: str) -> str:
    """A function is called that Jayway does not have."""
    return f"Function with name: {name} does not exist."
