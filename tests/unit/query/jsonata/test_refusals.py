"""What AWS refuses when a state machine is created."""

import pytest

from asl.query.jsonata import compile_expression
from tests.unit.query.jsonata.worlds import ANYWHERE, refusal

TOP = "Reference to '{}' at the top level is not supported."


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("1 +", "Unexpected end of expression", 3),
        ("  1 +", "Unexpected end of expression", 5),
        ("", "Unexpected end of expression", 0),
        ("$x :=", "Unexpected end of expression", 5),
        ('{"a":}', 'The symbol "}" cannot be used as a unary operator', 6),
        ("$a[1,2)", 'Expected "]", got ","', 5),
        ('"open', "String literal must be terminated by a matching quote", 5),
        ('$match("a", /abc', "No terminating / in regular expression", 16),
        ("$a ?: 1", 'The symbol ":" cannot be used as a unary operator', 5),
        ("$a ?? 1", 'The symbol "?" cannot be used as a unary operator', 5),
        ('1)}, {"x":(2', 'Syntax error: ")"', 2),
    ],
)
def test_what_does_not_parse(text, message, position):
    assert refusal(text) == ("INVALID_JSONATA_EXPRESSION", message, position)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("phone", TOP.format("phone"), 0),
        ("phone.number", TOP.format("phone"), 0),
        ("`a b`", TOP.format("a b"), 0),
        ("{aaa: 1}", TOP.format("aaa"), 1),
        ("$states.input.a ? phone : 1", TOP.format("phone"), 18),
        ("$map($states.input.a, function($x){ b })", TOP.format("b"), 36),
        ("$count(a)", TOP.format("a"), 7),
        ("$", TOP.format("$"), 0),
        ("$map($states.input.a, function($v){ $ })", TOP.format("$"), 36),
        ("$$", "Reference to '$$' is not supported.", 0),
        ("$states.input.a[$$.b]", "Reference to '$$' is not supported.", 16),
    ],
)
def test_no_context_item(text, message, position):
    assert refusal(text) == ("UNSUPPORTED_JSONATA_EXPRESSION", message, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("$count($)", 7),
        ("$.a", 0),
        ("[$]", 1),
        ("$ ~> $count", 0),
    ],
)
def test_the_context_item_is_seen_where_nothing_of_it_is_read(text, position):
    assert refusal(text) == ("UNSUPPORTED_JSONATA_EXPRESSION", TOP.format("$"), position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("$eval('1')", 0),
        ("1 + $eval('1', {})", 4),
        ("'1' ~> $eval", 7),
        ("'1' ~> $eval()", 7),
        ("$map($states.input.a, function($v){ $eval($v) })", 36),
        ("function($eval){ $eval }(1) + $eval('1')", 30),
    ],
)
def test_the_function_that_aws_has_taken_out(text, position):
    told = "Reference to '$eval' is not supported."
    assert refusal(text) == ("UNSUPPORTED_JSONATA_EXPRESSION", told, position)


@pytest.mark.parametrize(
    "text",
    [
        "($eval := function($x){ $x }; $eval(1))",
        "function($eval){ $eval(1) }(function($x){ $x })",
        "$eval",
        "'$eval(1)'",
        "/* $eval(1) */ 1",
        "$states.input.`$eval`",
        "$evaluate(1)",
    ],
)
def test_what_only_looks_like_it(text):
    assert compile_expression(text, available=ANYWHERE).text == text


@pytest.mark.parametrize(
    "text",
    [
        "$states.input.a.(b; c)",
        "$states.input.a[b > 1]",
        "$states.input.a[$ > 1]",
        "$states.input.a^(>b)",
        "$states.input.a^($)",
        "$states.input.a{b: c}",
        '$states.input.a.{"b": b, "c": $}',
        "$states.input.a.$string($)",
        '$states.input ~> |$|{"b": c}|',
        "$map($states.input.a, function($v){ $v[$ > 1] })",
        '"a ?? b $$ phone"',
        "/* phone $$ */ 1",
        "$match($states.input.s, /a??b$$/)",
        "$randomSeeded(1)",
        "$states.input.a / 2 / $states.input.b",
        "true and $states.input.and",
    ],
)
def test_names_that_have_something_to_read(text):
    assert compile_expression(text, available=ANYWHERE).text == text


@pytest.mark.parametrize("text", ["$states.{}", "$exists($states.{}.x)", '$states."{}" & "x"'])
@pytest.mark.parametrize("member", ["result", "errorOutput"])
def test_members_of_states_have_their_places(text, member):
    text = text.format(member)
    code, message, _ = refusal(text)
    assert (code, message) == (
        "UNSUPPORTED_JSONATA_EXPRESSION",
        f"Reference to '$states.{member}' is not supported.",
    )
    assert compile_expression(text, available=ANYWHERE | {member}).uses.members == {member}


@pytest.mark.parametrize(
    ("text", "members", "variables"),
    [
        ("$states.input.a + $x.y", {"input"}, {"x"}),
        ("$states.context.Execution.Id", {"context"}, set()),
        ("$states", {"input", "context"}, set()),
        ("$count($list) + ($local := 1; $local)", set(), {"list"}),
        ("$map($list, function($v){ $v + $more })", set(), {"list", "more"}),
        ("$partition([1], 1) & $uuid() & $string($eval)", set(), set()),
        ("$a = $b.c", set(), {"a", "b"}),
    ],
)
def test_uses(text, members, variables):
    assert compile_expression(text, available=ANYWHERE).uses == (members, variables)


@pytest.mark.parametrize(
    "text",
    ["function($a)<n?:n>{ $a }(1)", "function($a, $b)<a<n>?n?:n>{ 1 }([1], 2)", "λ($a)<s?:s>{ $a }('x')"],
)
def test_an_optional_argument_of_a_signature_is_no_operator(text):
    assert compile_expression(text)
