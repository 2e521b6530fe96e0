"""Names and ARNs that AWS takes, and what it says of others."""

from __future__ import annotations

import pytest

from emulator import arns
from emulator.api.operations.shared import checked_name
from emulator.errors import InvalidArn, InvalidName
from emulator.functions.names import Named
from emulator.templates.names import Surroundings

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"


@pytest.mark.parametrize(
    "character", [*' \t\n<>{}[]?*"#%\\^|~`$&,;:/', "\0", "\x1f", "\x7f", "\x9f", "\uffff"]
)
def test_a_character_that_no_arn_has_is_refused(character):
    name = f"a{character}b"
    with pytest.raises(InvalidName) as caught:
        checked_name(name)
    assert caught.value.message == f"Invalid Name: '{name}'"


@pytest.mark.parametrize("name", ["a", "A-b_c.d", "it's", "(x)!@=+", "naïve", "状態", "\U0001f600"])
def test_any_other_is_taken(name):
    assert checked_name(name) == name


def test_an_arn_is_taken_apart():
    parsed = arns.parse(MACHINE + ":live")
    assert (parsed.region, parsed.account, parsed.kind) == ("us-east-1", "123456789012", "stateMachine")
    assert (parsed.name, parsed.rest, parsed.machine, parsed.version) == ("m", "live", MACHINE, None)
    assert (arns.parse(MACHINE + ":12").version, arns.parse(MACHINE).version) == (12, None)
    assert [arns.parse(MACHINE + tail).version for tail in (":01", ":0", ":1:2", ":")] == [None] * 4
    assert (arns.parse(MACHINE + "/map").label, arns.parse(MACHINE).label) == ("map", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no_arn", "Invalid ARN prefix: no_arn"),
        ("", "Invalid ARN prefix: "),
        ("arn:aws:sqs:us-east-1:1:q", "Invalid ARN prefix: arn:aws:sqs:us-east-1:1:q"),
        ("arn:aws:states:us-east-1:1:thing:x", "Resource type not valid in this context: thing"),
        ("arn:aws:states:us-east-1:1:express:m:e:u", "Resource type not valid in this context: express"),
    ],
)
def test_any_other_arn_is_complained_of(text, told):
    with pytest.raises(InvalidArn) as caught:
        arns.parse(text, "stateMachine", "execution")
    assert caught.value.message == f"Invalid Arn: '{told}'"


@pytest.mark.parametrize(
    ("region", "begin"),
    [("eu-west-1", "arn:aws:"), ("cn-north-1", "arn:aws-cn:"), ("us-gov-west-1", "arn:aws-us-gov:")],
)
def test_an_arn_is_of_its_regions_partition(region, begin):
    assert arns.arn(region, "1", "activity", "a") == f"{begin}states:{region}:1:activity:a"
    assert Named(region, "1", "f").arn == f"{begin}lambda:{region}:1:function:f"
    assert f"{Surroundings({}, region, '1').partition}:" == begin.removeprefix("arn:")
