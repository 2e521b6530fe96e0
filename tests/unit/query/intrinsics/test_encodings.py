"""States.Base64Encode, States.Base64Decode and States.Hash."""

import hashlib

import pytest


@pytest.mark.parametrize(
    ("text", "code"),
    [("", ""), ("Data to encode", "RGF0YSB0byBlbmNvZGU="), ("é€😀", "w6nigqzwn5iA"), ("a" * 60, "YWFh" * 20)],
)
def test_base64_both_ways(run, text, code):
    assert run("States.Base64Encode($)", text) == code
    assert run("States.Base64Decode($)", code) == text


@pytest.mark.parametrize("code", ["SGk", "SGk=", "S G\r\nk=", "SGk=\n"])
def test_decoding_passes_over_blanks_and_missing_padding(run, code):
    assert run("States.Base64Decode($)", code) == "Hi"


def test_bytes_that_are_no_text_are_replaced(run):
    assert run("States.Base64Decode('/w==')") == "\ufffd"


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", "812f45842bc6d66ee14572ce20db8e86"),
        ("SHA-1", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("SHA-256", hashlib.sha256(b"input data").hexdigest()),
        ("SHA-384", hashlib.sha384(b"input data").hexdigest()),
        ("SHA-512", hashlib.sha512(b"input data").hexdigest()),
    ],
)
def test_hash(run, algorithm, digest):
    assert run("States.Hash('input data', $)", algorithm) == digest


def test_hash_is_of_utf_8(run):
    assert run("States.Hash($, 'MD5')", "é") == hashlib.md5("é".encode()).hexdigest()


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        ("States.Base64Encode($)", 1, "expected a string as argument 1, but it was the number 1"),
        ("States.Base64Decode($)", None, "expected a string as argument 1, but it was null"),
        ("States.Base64Decode($)", "A", 'expected a Base64 string as argument 1, but it was the string "A"'),
        (
            "States.Base64Decode($)",
            "A=BC",
            'expected a Base64 string as argument 1, but it was the string "A=BC"',
        ),
        (
            "States.Hash('x', 'SHA-2')",
            None,
            "expected one of MD5, SHA-1, SHA-256, SHA-384, SHA-512 as argument 2, "
            'but it was the string "SHA-2"',
        ),
        ("States.Hash('x', 1)", None, "expected a string as argument 2, but it was the number 1"),
        ("States.Hash($, 'MD5')", {"a": 1}, 'expected a string as argument 1, but it was the object {"a":1}'),
    ],
)
def test_fails(cause, call, data, message):
    name = call.partition("(")[0]
    assert cause(call, data) == f"Invalid arguments in {name}: {message}"


@pytest.mark.parametrize(
    "call", ["States.Base64Encode($)", "States.Base64Decode($)", "States.Hash($, 'MD5')"]
)
def test_ten_thousand_characters_are_the_limit(run, cause, call):
    assert run(call, "a" * 10_000)
    assert "expected at most 10000 characters as argument 1, but it has 10001" in cause(call, "a" * 10_001)
