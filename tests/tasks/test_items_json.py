import json

import pytest

from asl.jsontypes import loads
from emulator.tasks.maps import items_json
from emulator.tasks.maps.items_json import Found, values
from tests.tasks.s3_objects import in_folder

URI = "S3://data-bucket/f.json"
SAMPLES = [
    [],
    [1],
    [{"verdict": "true", "n": [1, {"a": "]"}]}, 'x,\\"]', None, True, -1.5e10, 12345678901234567890123],
    [[], {}, [[]], {"a": {}}, "", 0, False],
    ["é\u2028", "🙂", "\u0000"],
]


@pytest.fixture
def store(tmp_path):
    return in_folder(tmp_path)


def pieces(text, size):
    data = text.encode() if isinstance(text, str) else text
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_in_pieces_of_any_size(monkeypatch, sample, size, indent):
    monkeypatch.setattr(items_json, "CHUNK", 1)
    text = json.dumps(sample, indent=indent, ensure_ascii=False)
    found = list(values(pieces(f"\ufeff \n{text}\r\n ", size), [], URI))
    assert found == [Found(each) for each in sample]


def test_an_object_is_refused(store):  # recorded
    store.put("f.json", '{"Hello": "world"}')
    assert store.cause("f.json", InputType="JSON") == "Attempting to map over non-iterable node."


@pytest.mark.parametrize("text", ["1", '"a"', "null", "true"])
def test_a_single_value_is_refused(store, text):
    store.put("f.json", text)
    assert store.cause("f.json", InputType="JSON") == "Attempting to map over non-iterable node."


DOCUMENT = {
    "skipped": [1, {"featured": [9]}],
    "inventory": {"products": {"featured": [{"id": 1}, {"id": 2}], "by/name": {"a": 1, "b": [2]}}},
    "rows": [[1, 2], [3]],
    "m~n": ["t"],
    "": ["empty"],
}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/inventory/products/featured", [{"id": 1}, {"id": 2}]),
        ("/rows/1", [3]),
        ("/m~0n", ["t"]),
        ("/", ["empty"]),
        ("/inventory/products/by~1name", [{"Key": "a", "Value": 1}, {"Key": "b", "Value": [2]}]),
    ],
)
def test_a_pointer_leads_to_the_items(store, monkeypatch, pointer, expected):
    monkeypatch.setattr(items_json, "CHUNK", 1)
    store.put("f.json", json.dumps(DOCUMENT, indent=1))
    found = store.items("f.json", InputType="JSON", ItemsPointer=pointer)
    assert [each.value for each in found] == expected
    keys = [each.get("Key") for each in expected if isinstance(each, dict)]
    assert [each.key for each in found if isinstance(each.value, dict)] == keys
    assert {each.source for each in found} == {URI}


@pytest.mark.parametrize(
    ("pointer", "cause"),
    [
        (
            "/inventory/nothing",
            f"ItemsPointer '/inventory/nothing' leads to nothing in {URI}: there is no 'nothing'.",
        ),
        ("/rows/2", f"ItemsPointer '/rows/2' leads to nothing in {URI}: there is no '2'."),
        ("/rows/x", f"ItemsPointer '/rows/x' leads to nothing in {URI}: there is no 'x'."),
        ("/rows/0/0", "Attempting to map over non-iterable node."),
        ("rows", "ItemsPointer must be a JSON pointer, which begins with '/', and is 'rows'."),
    ],
)
def test_a_pointer_that_leads_nowhere(store, pointer, cause):
    store.put("f.json", json.dumps(DOCUMENT))
    assert store.cause("f.json", InputType="JSON", ItemsPointer=pointer) == cause


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "it ends too early, at character 0"),
        ("[1, 2", "',' or ']' is expected"),
        ("[1 2]", "',' or ']' is expected"),
        ("[1,]", "Expecting value"),
        ("[1]]", "something follows the array, at character 3"),
        ("[1] x", "something follows the array"),
        ("[nul]", "Expecting value"),
        ('["a', "Unterminated string"),
        ("[NaN]", "JSON is malformed"),
        ('["\\ud800"]', "JSON is malformed"),
        (b'["\xff"]', "it is not UTF-8"),
        ("[" * 2_000, "is not JSON"),
        ("hello", "Expecting value"),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_what_is_not_json(text, part, size):
    found = None
    try:
        list(values(pieces(text, size), [], URI))
    except Exception as error:
        found = error
    assert found is not None
    assert found.error == "States.ItemReaderFailed"
    assert found.cause.startswith(f"{URI} is not JSON: ")
    if "malformed" not in part:
        assert part in found.cause


def test_what_comes_before_the_fault_is_read_and_an_end_of_a_read_leaves_the_rest(store):
    store.put("f.json", "[1,2,oops")
    assert store.values("f.json", InputType="JSON", MaxItems=2) == [1, 2]


def test_a_value_may_be_larger_than_what_is_read_at_once_but_not_too_large(store):
    store.put("f.json", json.dumps(["a" * 1_000_000, "b"]))
    assert [len(each) for each in store.values("f.json", InputType="JSON")] == [1_000_000, 1]
    store.put("g.json", b'["' + b"a" * (17 * 1024 * 1024) + b'"]')
    assert "in a value of more than 16777216 characters" in store.cause("g.json", InputType="JSON")


def test_lines(store):
    store.put("f.jsonl", b'\xef\xbb\xbf{"a": 1}\r\n\n[2]\n  \n"three"\nnull')
    assert store.values("f.jsonl", InputType="JSONL") == [{"a": 1}, [2], "three", None]
    assert store.items("f.jsonl", InputType="JSONL")[0].source == "S3://data-bucket/f.jsonl"


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"a": 1}\n{"a": \n', 2), ('{"a": 1}{"a": 2}', 1), ('1\n2\n"\\ud800"', 3), (b"1\n\xff", 2)],
)
def test_a_line_that_is_not_json_is_named(store, text, line):
    store.put("f.jsonl", text)
    assert store.cause("f.jsonl", InputType="JSONL").startswith(
        f"Line {line} of S3://data-bucket/f.jsonl is not JSON: "
    )


def test_numbers_stay_exact(store):
    text = "[12345678901234567890123, 1.0, 0.1]"
    store.put("f.json", text)
    assert store.values("f.json", InputType="JSON") == loads(text)
    assert [type(each) for each in loads(text)] == [int, float, float]
