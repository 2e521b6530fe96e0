import pytest

from tests.tasks.s3_objects import in_folder

RECORDED = "Value1,Value2,Value3\nValue4,Value5,Value6\n,,,\ntrue,1,'HelloWorld'\nNull,None,\n   \n"


@pytest.fixture
def store(tmp_path):
    return in_folder(tmp_path)


def given(store, text, headers=("a", "b", "c"), **config):
    store.put("f.csv", text)
    return store.values(
        "f.csv", InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=list(headers), **config
    )


def rows(store, text, **config):
    return [list(each.values()) for each in given(store, text, **config)]


def test_further_columns_are_left_out_and_blanks_stay(store):  # recorded
    expected = ["Value1", "Value4", "", "true", "Null", "   "]
    assert given(store, RECORDED, ["H1"]) == [{"H1": each} for each in expected]


def test_headers_must_not_be_the_same(store):  # recorded
    store.put("f.csv", RECORDED)
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["H1", "H1", "H3"]}
    assert store.cause("f.csv", **config) == "CSV headers cannot contain duplicates."
    store.put("g.csv", "a,b,a\n1,2,3\n")
    cause = store.cause("g.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW")
    assert cause == "CSV headers cannot contain duplicates."


@pytest.mark.parametrize(("most", "count"), [(0, 4), (1, 1), (2, 2), (100_000_000, 4), (100_000_001, 4)])
def test_no_more_items_than_asked_for(store, most, count):  # recorded
    store.put("f.csv", "Col1,Col2\nValue1,Value2\nValue3,Value4\nValue5,Value6\nValue7,Value8\n")
    found = store.items("f.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW", MaxItems=most)
    assert len(found) == count
    assert found[0] == ({"Col1": "Value1", "Col2": "Value2"}, None, "S3://data-bucket/f.csv")


def test_fewer_than_none_are_refused(store):  # recorded
    assert store.cause("f.csv", InputType="CSV", MaxItems=-1) == "field MaxItems must be positive"


def test_missing_fields_are_empty(store):
    assert given(store, "1\n1,2\n") == [{"a": "1", "b": "", "c": ""}, {"a": "1", "b": "2", "c": ""}]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('"x,y",z,', ["x,y", "z", ""]),
        ('"two\nlines",z,', ["two\nlines", "z", ""]),
        ('"two\r\nlines",z,\r\n', ["two\r\nlines", "z", ""]),
        ('"a ""quoted"" word",,', ['a "quoted" word', "", ""]),
        ('{""k"":""v""},"[1,2]",', ['{"k":"v"}', "[1,2]", ""]),  # the guide's own example
        ("C:\\\\Program Files\\\\MyApp.exe,6534512,", ["C:\\Program Files\\MyApp.exe", "6534512", ""]),
        ("a\\,b,c\\d,e\\", ["a,b", "cd", "e"]),
        ('"a\\"b",c,d', ['a"b', "c", "d"]),
        ('"a\\\nb",c,d', ["a\nb", "c", "d"]),
        ('"","",""', ["", "", ""]),
        ('say "hi",b,c', ['say "hi"', "b", "c"]),
        (" a , b ,c ", [" a ", " b ", "c "]),
        ("é,日本,🙂", ["é", "日本", "🙂"]),
        ("a\x0bb,c\x85d,e\u2028f", ["a\x0bb", "c\x85d", "e\u2028f"]),
    ],
)
def test_a_row(store, text, fields):
    assert rows(store, text) == [fields]
    assert rows(store, f"1,2,3\n{text}\n4,5,6")[::2] == [["1", "2", "3"], ["4", "5", "6"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [("PIPE", "a|b,|c"), ("SEMICOLON", "a;b,;c"), ("TAB", "a\tb,\tc"), ("SPACE", "a b, c")],
)
def test_other_delimiters(store, name, text):
    assert rows(store, text, CSVDelimiter=name) == [["a", "b,", "c"]]
    assert rows(store, '"a"' + text[1:], CSVDelimiter=name) == [["a", "b,", "c"]]


def test_marks_and_line_ends_of_windows_and_empty_rows(store):
    store.put("f.csv", b"\xef\xbb\xbfid,name\r\n1,one\r\n\r\n2,two\r\n\n")
    found = store.values("f.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW")
    assert found == [{"id": "1", "name": "one"}, {"id": "2", "name": "two"}]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            '1,2,3\n"a" b,2,3',
            "Line 2 of S3://data-bucket/f.csv has text after a closing quotation mark: ' b,2,3'",
        ),
        ('1,2,3\n1,"2,3\n4', "Line 2 of S3://data-bucket/f.csv opens a quotation mark that is never closed."),
        (b"1,2,3\n\xff,2", "Line 2 of S3://data-bucket/f.csv is not UTF-8: invalid start byte"),
    ],
)
def test_malformed_rows_are_named(store, text, cause):
    store.put("f.csv", text)
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b", "c"]}
    assert store.cause("f.csv", **config) == cause


@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({}, "needs CSVHeaderLocation"),
        ({"CSVHeaderLocation": "GIVEN"}, "needs CSVHeaderLocation"),
        ({"CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "DASH"}, "COMMA, PIPE, SEMICOLON, SPACE, TAB"),
        (
            {"CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a" * 10_241]},
            "take 10241 bytes, and may take 10240",
        ),
        ({"CSVHeaderLocation": "FIRST_ROW", "MaxItems": "2"}, "MaxItems must be a whole number"),
    ],
)
def test_what_the_form_must_be(store, config, part):
    store.put("f.csv", "a\n1\n")
    assert part in store.cause("f.csv", InputType="CSV", **config)


def test_an_empty_file_has_no_items(store):
    store.put("f.csv", "")
    assert store.values("f.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW") == []


def test_a_line_without_end_is_refused_before_it_is_in_memory(store):
    store.put("f.csv", b"a,b\n" + b"x" * (17 * 1024 * 1024))
    cause = store.cause("f.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW")
    assert cause == "S3://data-bucket/f.csv has a line of more than 16777216 bytes."


def test_a_quotation_mark_that_is_never_closed_does_not_take_the_whole_file(store):
    store.put("f.csv", b'a,b\n"' + b"0123456789\n" * 2_000_000)
    cause = store.cause("f.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW")
    assert cause == "Line 2 of S3://data-bucket/f.csv opens a quotation mark that is never closed."
