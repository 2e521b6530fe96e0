"""jsonpath-ng on the paths that it and Jayway understand alike: names, indexes, [*] and plain slices."""

from typing import Any

import jsonpath_ng
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.query.jsonpath import PathNotFound, compile_path

NAMES = ["a", "b", "c"]
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=2)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=15,
)


@st.composite
def paths_into(draw: st.DrawFn, document: Any) -> str:
    """A path whose steps suit the values it meets; after a step to many only names, which both pass over."""
    text, place, many = "$", document, False
    for _ in range(draw(st.integers(0, 4))):
        if isinstance(place, dict) or many:
            name = draw(st.sampled_from(NAMES))
            text += draw(st.sampled_from([f".{name}", f"['{name}']"]))
            place = place.get(name) if isinstance(place, dict) else None
        elif isinstance(place, list):
            first = draw(st.integers(0, 3))
            step = draw(st.sampled_from([f"[{first}]", "[*]", f"[{first}:]", f"[0:{first}]", f"[{first}:4]"]))
            text, many = text + step, step != f"[{first}]"
            place = next(iter(place[first : first + 1]), None)
        else:
            break
    return text


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_both_find_the_same(data):
    document = data.draw(DOCUMENTS)
    text = data.draw(paths_into(document))
    theirs = [match.value for match in jsonpath_ng.parse(text).find(document)]
    path = compile_path(text)
    try:
        found = path.read(document)
    except PathNotFound:
        assert theirs == []
    else:
        assert ([found] if path.definite else found) == theirs
