"""What paths lead to, and what is said where they lead nowhere."""

import pytest

from asl.query.jsonpath import PathNotFound, compile_path

ORDER = {
    "id": 17,
    "customer": {"name": "Ada", "tags": ["new", "vip"], "address": None},
    "lines": [
        {"sku": "pen", "count": 2, "price": 1.5},
        {"sku": "ink", "count": 1, "price": 9},
        {"sku": "pad", "price": 4, "gift": {"to": "Bo"}},
    ],
    "matrix": [[1, 2, 3], [4, 5, 6]],
    "note": "hello",
    "total": 16.0,
    "paid": True,
    "void": None,
    "none": [],
}
NOT_AN_OBJECT = (
    "Expected to find an object with property {} in path {} but found '{}'. This is not a json object"
    " according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JsonSmartJsonProvider'."
)


def read(path, document=ORDER):
    return compile_path(path).read(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.id", 17),
        ("$.customer.name", "Ada"),
        ("$.customer.tags[1]", "vip"),
        ("$.customer.address", None),
        ("$.lines[2].gift.to", "Bo"),
        ("$.lines[-1].sku", "pad"),
        ("$.matrix[1][0]", 4),
        ("$.total", 16.0),
        ("$['id','paid']", {"id": 17, "paid": True}),
        ("$['id','nope']", {"id": 17}),
        ("$['no','nope']", {}),
        ("$.customer['tags','name']", {"tags": ["new", "vip"], "name": "Ada"}),
    ],
)
def test_definite_paths_give_the_value(path, value):
    assert read(path) == value


def test_the_root_is_the_document_itself():
    assert read("$") is ORDER
    assert read("$", None) is None
    assert read("$", []) == []


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.lines[*].sku", ["pen", "ink", "pad"]),
        ("$.lines[*].count", [2, 1]),
        ("$.lines.*.count", [2, 1]),
        ("$.customer.*", ["Ada", ["new", "vip"], None]),
        ("$.lines[0,2].sku", ["pen", "pad"]),
        ("$.lines[2,0,7].sku", ["pad", "pen"]),
        ("$.lines[0,-1].sku", ["pen", "pad"]),
        (
            "$.lines[*]['sku','count']",
            [{"sku": "pen", "count": 2}, {"sku": "ink", "count": 1}, {"sku": "pad"}],
        ),
        ("$['id','note'].x", []),
        ("$['customer','lines'].name", ["Ada"]),
        ("$.none[*].x", []),
        ("$.note[*]", []),
        ("$.matrix[*][1]", [2, 5]),
        ("$.matrix[*][7]", []),
        ("$.*.name", ["Ada"]),
    ],
)
def test_indefinite_paths_give_a_list(path, values):
    assert read(path) == values


@pytest.mark.parametrize(
    ("slice_", "values"),
    [
        ("[1:3]", [1, 2]),
        ("[3:]", [3, 4]),
        ("[:2]", [0, 1]),
        ("[-2:]", [3, 4]),
        ("[:-2]", [0, 1, 2]),
        ("[-9:]", [0, 1, 2, 3, 4]),
        ("[:9]", [0, 1, 2, 3, 4]),
        ("[:-9]", []),
        ("[7:]", []),
        ("[3:1]", []),
        # Jayway counts from the first index to the second one by one.
        ("[-2:2]", [3, 4, 0, 1]),
        ("[-4:-2]", [1, 2]),
        ("[1:-1]", []),
        ("[-2000000000:1]", [0, 1, 2, 3, 4, 0]),
        # A step is read and ignored.
        ("[0:4:2]", [0, 1, 2, 3]),
        ("[1::2]", [1, 2, 3, 4]),
    ],
)
def test_slices(slice_, values):
    assert read(f"$.a{slice_}", {"a": [0, 1, 2, 3, 4]}) == values


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$..sku", ["pen", "ink", "pad"]),
        ("$..to", ["Bo"]),
        ("$..nope", []),
        ("$.customer..*", ["Ada", ["new", "vip"], None, "new", "vip"]),
        ("$.matrix..[0]", [[1, 2, 3], 1, 4]),
        ("$.matrix..[-1]", [[4, 5, 6], 3, 6]),
        ("$.matrix..[1:]", [[4, 5, 6], 2, 3, 5, 6]),
        ("$..['sku','count']", [{"sku": "pen", "count": 2}, {"sku": "ink", "count": 1}]),
        ("$..gift.to", ["Bo"]),
        ("$..lines[1].sku", ["ink"]),
        ("$..[?(@.price > 3)].sku", ["ink", "pad"]),
        ("$..lines[?(@.price > 3)].sku", ["ink", "pad"]),
        ("$..[0].sku", ["pen"]),
        # After `..` and one more step Jayway asks of every member which index it has.
        ("$.lines..[*].sku", []),
        ("$..x.y", []),
    ],
)
def test_scans(path, values):
    assert read(path) == values


def test_scans_give_parents_before_children():
    document = {"a": {"v": 1, "a": {"v": 2}}, "b": [{"v": 3}, [{"v": 4}]], "v": 0}
    assert read("$..v", document) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("$.nope", "No results for path: $['nope']"),
        ('$["nope"]', 'No results for path: $["nope"]'),
        ("$.customer.nope", "No results for path: $['customer']['nope']"),
        ("$.lines[3]", "No results for path: $['lines'][3]"),
        ("$.lines[-4]", "No results for path: $['lines'][-4]"),
        ("$.lines[3].sku", "No results for path: $['lines'][3]['sku']"),
        ("$.nope.x", "Missing property in path $['nope']"),
        ("$.nope[0]", "Missing property in path $['nope']"),
        ("$.nope[*].x", "Missing property in path $['nope']"),
        ('$.customer["nope"].x', "Missing property in path $['customer']['nope']"),
        ("$.void[0]", "The path $['void'] is null"),
        ("$.void[1:]", "The path $['void'] is null"),
        ("$.note[0].x", "Filter: [0]['x'] can only be applied to arrays. Current context is: hello"),
        ("$.total[0]", "Filter: [0] can only be applied to arrays. Current context is: 16.0"),
        ("$.note[0,1]", "Filter: [0,1] can only be applied to arrays. Current context is: hello"),
        (
            "$.customer[:2]..x",
            "Filter: [:2]..['x'] can only be applied to arrays. Current context is:"
            ' {name=Ada, tags=["new","vip"], address=null}',
        ),
        ("$.id.x", NOT_AN_OBJECT.format("['x']", "$['id']", "java.lang.Integer")),
        ("$.void.x", NOT_AN_OBJECT.format("['x']", "$['void']", "null")),
        ("$.lines.sku", NOT_AN_OBJECT.format("['sku']", "$['lines']", "net.minidev.json.JSONArray")),
        ("$.lines['a','b']", NOT_AN_OBJECT.format("['a','b']", "$['lines']", "net.minidev.json.JSONArray")),
        ("$.lines[0].price.x", NOT_AN_OBJECT.format("['x']", "$['lines'][0]['price']", "java.lang.Double")),
    ],
)
def test_misses_are_told_in_jayways_words(path, message):
    with pytest.raises(PathNotFound) as caught:
        read(path)
    assert caught.value.message == message
    assert str(caught.value) == message
    assert not caught.value.refused


@pytest.mark.parametrize(
    ("value", "name"),
    [(2**31, "java.lang.Long"), (-(2**63) - 1, "java.math.BigInteger"), (True, "java.lang.Boolean")],
)
def test_misses_name_javas_classes(value, name):
    with pytest.raises(PathNotFound, match=name):
        read("$.a.b", {"a": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"k": "v", "n": {"m": [1, {"x": 'a/"é\n\u2028'}]}}, r'{k=v, n={m=[1,{"x":"a\/\"é\n\u2028"}]}}'),
        ({"a": 1e10, "b": 1e-5, "c": 0.5, "d": 100.0}, "{a=1.0E10, b=1.0E-5, c=0.5, d=100.0}"),
        ({"a": None, "b": True, "c": []}, "{a=null, b=true, c=[]}"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_misses_quote_values_as_java_writes_them(value, text):
    with pytest.raises(PathNotFound) as caught:
        read("$.a[0]", {"a": value})
    assert caught.value.message.endswith(f"Current context is: {text}")


def test_misses_quote_values_of_any_depth():
    value: object = 10**5000
    for _ in range(5000):
        value = {"a": [value]}
    with pytest.raises(PathNotFound) as caught:
        read("$.v[0]", {"v": value})
    assert len(caught.value.message) > 5000


@pytest.mark.parametrize("path", ["$.a", "$[0]", "$.*", "$..a"])
def test_nothing_can_be_read_from_null(path):
    with pytest.raises(PathNotFound) as caught:
        read(path, None)
    assert caught.value.refused


@pytest.mark.parametrize("document", ["text", 5, True, [1], ["b"]])
@pytest.mark.parametrize("path", ["$.a", "$.a.b", "$.a.b.c", "$.a[0]", "$['0']"])
def test_names_are_not_found_in_what_is_no_object(path, document):
    with pytest.raises(PathNotFound):
        read(path, document)


@pytest.mark.parametrize("document", ["text", {"0": 1}, {"a": "text"}, {"a": {"0": 1}}])
@pytest.mark.parametrize("path", ["$[0]", "$.a[0]"])
def test_indexes_are_not_found_in_what_is_no_array(path, document):
    with pytest.raises(PathNotFound):
        read(path, document)
