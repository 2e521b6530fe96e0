"""Which variables of an expression come from outside of it."""

import pytest

from asl.query.jsonata import compile_expression, engine
from asl.query.jsonata.scopes import free_variables
from asl.query.jsonata.shortcut import shortcut
from asl.query.jsonata.tokens import tokens
from tests.unit.query.jsonata.worlds import value


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1 + 2", ""),
        ("$x + $y", "x y"),
        ("$x.a[$y].($z)", "x y z"),
        ("$x{$y: $z}", "x y z"),
        ("$x^(>$y, <$z)", "x y z"),
        ("[$x..$y]", "x y"),
        ("$a ? $b : -$c", "a b c"),
        ("{'a': $x, $k: 1}", "k x"),
        ("$x ~> |a|{'b': $y}, $z|", "x y z"),
        ("$größe & $变量 & $_a & $ñ1", "größe 变量 _a ñ1"),
        ("$ & $$ & $x", "x"),
        ("$states.input.x.sum", "states"),
        ("'$a' & \"$b\" & $c /* $d */", "c"),
        ("$match($x, /\\$y/)", "match x"),
        ("`$a`.$b", "b"),
        # calls
        ("$f($x)", "f x"),
        ("$f(?, $x)", "f x"),
        ("$x ~> $f ~> $g($y)", "f g x y"),
        ("$o.f($x)", "o x"),
        # blocks
        ("($x := 1; $x)", ""),
        ("($x := $y; $x & $z)", "y z"),
        ("($x := $x + 1; $x)", "x"),
        ("($x; $x := 1)", "x"),
        ("$x + ($x := 1; $x)", "x"),
        ("($x := 1; $x) + $x", "x"),
        ("(($x := 1); $x)", "x"),
        ("($x := 1; ($y := $x; $y); $y)", "y"),
        ("($x := 1; ($x := 2; $x); $x)", ""),
        ("($x := $y := $z; $x & $y)", "z"),
        ("$x := $y", "y"),
        ("[$x := 1, $x]", ""),
        ("$f($x := 1, $x) & $x", "f"),
        ("($x := $a ? $x : 1; $x)", "a x"),
        ("$a ? ($x := 1; $x) : $x", "a x"),
        ("$states.input.($x := a; $x) & $x", "states x"),
        # functions
        ("function($x){$x}", ""),
        ("function($x){$x + $y}", "y"),
        ("function($x){$x}($x)", "x"),
        ("λ($x, $y){$x & $y}($y)", "y"),
        ("function($x)<n-:n>{($y := $x; $y)}($y)", "y"),
        ("function($f)<f<n:n>:x>{$f($g)}", "g"),
        ("function(){$x}()", "x"),
        ("$map($l, function($v, $i){$v + $i + $k}) & $v", "k l map v"),
        ("function($x){function($y){$x + $y + $z}}($x)($y)", "x y z"),
        ("($f := function($n){$n < 2 ? 1 : $n * $f($n - 1)}; $f(3))", ""),
        ("($even := function($n){$odd($n)}; $odd := function($n){$even($n)}; $odd(3))", ""),
        ("($f := function(){$x}; $x := 1; $f())", ""),
        ("($f := function(){($g := $x; $g)}; $y := $g; $x := 1; $f())", "g"),
        ("(($f := function(){$x}; $f()); $x := 1)", ""),
        ("($f := function(){($x; $x := 1)}; $f())", "x"),
        # paths
        ("$x.items#$i[$i = 2].{'i': $i}", "x"),
        ("$x.items@$o.lines#$i[$o.id = $y].{'o': $o, 'i': $i}", "x y"),
        ("$x.items@$o.*.%.**.a^($o.b).c{$o.d: $o}", "x"),
        ("$x@$o.a & $o", "o x"),
        ("$x@$o.a and $o", "o x"),
        ("$x@$o.and.b[$o.c]", "x"),
        ("($x@$o.a; $o)", "o x"),
    ],
)
def test_free_variables(text, names):
    assert free_variables(tokens(text)) == set(names.split())
    # What AWS refuses apart, an expression tells the same, whether it has asked the engine or not.
    if "$ " not in text and "`" not in text:
        told = compile_expression(text).uses.variables
        assert told == {name for name in names.split() if name != "states" and not engine.is_function(name)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$x", "x"),
        ("$x.a", "x"),
        ("$größe", "größe"),
        ("$x = $y", "x y"),
        ("$states.input", ""),
        ("$states.input.a + $x", "x"),
        ("$states", ""),
        ("$sum($x)", "x"),
        ("$sum", ""),
        ("$uuid", ""),
        ("$partition($x, 2) ~> $sum", "x"),
        ("$random() + $eval", ""),
        ("$count", ""),
        ("$unknown(1)", "unknown"),
        ("($sum := $x; $sum)", "x"),
    ],
)
def test_functions_are_no_variables(text, names):
    assert compile_expression(text).uses.variables == set(names.split())


DOCUMENTED = """
    string length substring substringBefore substringAfter uppercase lowercase trim pad contains split
    join match replace base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl
    number abs floor ceil round power sqrt random formatNumber formatBase formatInteger parseInteger
    sum max min average boolean not exists count append sort reverse shuffle distinct zip
    keys lookup spread merge sift each error assert type now millis fromMillis toMillis
    map filter single reduce eval partition range hash uuid parse
"""
"""The functions that the documentation of JSONata 2.0 lists, and AWS's guide."""


def test_the_functions_are_known_without_the_engine():
    for name in DOCUMENTED.split():
        assert name in engine.ADDED or engine.is_function(name)
        assert shortcut(f"${name}").variables == set()


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$x + ($x := 1; $x)", 6),
        ("($x := $x + 1; $x)", 6),
        ("(($x := 1; $x); $x)", 5),
        ("$map([1, 2], function($x){$x}) ~> $append($x)", [1, 2, 5]),
        ("($f := function($x){$x}; $f($x))", 5),
    ],
)
def test_a_name_bound_inside_is_read_from_outside_too(text, result):
    assert value(text, x=5) == result
