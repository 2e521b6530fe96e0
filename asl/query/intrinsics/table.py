"""The table of intrinsic functions: one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from asl.jsontypes import JSON
from asl.query.intrinsics import arrays, documents, encodings, numbers, strings


@dataclass(frozen=True, slots=True)
class Intrinsic:
    """One intrinsic function of the language.

    Attributes:
        name: As it is called, such as ``States.Array``.
        function: Takes the values of the arguments; raises only `arguments.Refusal`.
        minimum: How many arguments it needs.
        maximum: How many it takes, or None for any number.
        doc: What it gives back, in one sentence.
        draws: Whether ``function`` takes the environment's ``draw`` before the arguments.
        literal: For a call whose first argument is a literal string: takes its text as written
            and the number of other arguments, gives the function of those others.
    """

    name: str
    function: Callable[..., JSON]
    minimum: int
    maximum: int | None
    doc: str
    draws: bool = False
    literal: Callable[[str, int], Callable[..., JSON]] | None = None


_ROWS = (
    Intrinsic("States.Array", arrays.of, 0, None, "An array of the arguments."),
    Intrinsic("States.ArrayPartition", arrays.partition, 2, 2, "The array in chunks of the given size."),
    Intrinsic("States.ArrayContains", arrays.contains, 2, 2, "Whether the array holds the value."),
    Intrinsic("States.ArrayRange", arrays.span, 3, 3, "The integers from first to last, by a step."),
    Intrinsic("States.ArrayGetItem", arrays.item, 2, 2, "The item of the array at an index."),
    Intrinsic("States.ArrayLength", arrays.length, 1, 1, "How many items the array has."),
    Intrinsic("States.ArrayUnique", arrays.unique, 1, 1, "The array without duplicates."),
    Intrinsic("States.Base64Encode", encodings.encoded, 1, 1, "The Base64 text of a string."),
    Intrinsic("States.Base64Decode", encodings.decoded, 1, 1, "The string that a Base64 text stands for."),
    Intrinsic("States.Hash", encodings.digest, 2, 2, "The hexadecimal digest of a string by an algorithm."),
    Intrinsic("States.JsonMerge", documents.merged, 3, 3, "One object of two, where the second wins."),
    Intrinsic("States.StringToJson", documents.parsed, 1, 1, "The value that a JSON text stands for."),
    Intrinsic("States.JsonToString", documents.serialized, 1, 1, "The JSON text of a value."),
    Intrinsic("States.MathRandom", numbers.random, 2, 3, "An integer from start to before end.", draws=True),
    Intrinsic("States.MathAdd", numbers.add, 2, 2, "The sum of two numbers, rounded to integers first."),
    Intrinsic("States.StringSplit", strings.split, 2, 2, "The parts of a string between delimiters."),
    Intrinsic("States.UUID", numbers.uuid, 0, 0, "A random UUID of version 4.", draws=True),
    Intrinsic("States.Format", strings.filled, 1, None, "The template filled in.", literal=strings.filler),
)

INTRINSICS: dict[str, Intrinsic] = {row.name: row for row in _ROWS}
"""All intrinsic functions by name."""
