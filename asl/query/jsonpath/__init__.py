"""JSONPath as AWS runs it: a port of the rules, oddities and messages of Jayway's JsonPath."""

from asl.query.jsonpath.failures import CannotWrite, PathNotFound, PathSyntaxError, PathTooCostly
from asl.query.jsonpath.path import Path, compile_path
from asl.query.jsonpath.writing import write, writer

__all__ = [
    "CannotWrite",
    "Path",
    "PathNotFound",
    "PathSyntaxError",
    "PathTooCostly",
    "compile_path",
    "write",
    "writer",
]
