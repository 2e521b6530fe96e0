"""Tags of state machines and activities."""

from __future__ import annotations

import pytest

from emulator.records import ActivityRecord
from tests.emulator.shared import Refused, call, created, emulated

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:ask"


@pytest.fixture
def emulator():
    with emulated() as made:
        made.activities[ACTIVITY] = ActivityRecord(ACTIVITY, "ask", 0)
        yield made


@pytest.fixture(params=["machine", "activity"])
def arn(emulator, request):
    return created(emulator) if request.param == "machine" else ACTIVITY


def tags(*pairs):
    return [{"key": key, "value": value} for key, value in pairs]


def listed(emulator, arn):
    told = call(emulator, "ListTagsForResource", resourceArn=arn)["tags"]
    return [(each["key"], each["value"]) for each in told]


def refused(emulator, operation, **members):
    with pytest.raises(Refused) as caught:
        call(emulator, operation, **members)
    return caught.value


def test_tags_are_added_changed_and_taken_off(emulator, arn):
    assert listed(emulator, arn) == []
    assert call(emulator, "TagResource", resourceArn=arn, tags=tags(("a", "1"), ("b", "2"))) == {}
    call(emulator, "TagResource", resourceArn=arn, tags=tags(("a", "3"), ("c", "")))
    assert listed(emulator, arn) == [("a", "3"), ("b", "2"), ("c", "")]
    assert call(emulator, "UntagResource", resourceArn=arn, tagKeys=["a", "a", "z"]) == {}
    assert call(emulator, "UntagResource", resourceArn=arn, tagKeys=[]) == {}
    assert listed(emulator, arn) == [("b", "2"), ("c", "")]


def test_a_state_machine_is_made_with_tags(emulator):
    assert listed(emulator, created(emulator, tags=tags(("k", "v"), ("l", "w")))) == [("k", "v"), ("l", "w")]


def test_what_is_not_there_has_no_tags(emulator):
    for arn in (ACTIVITY + "2", created(emulator) + "2", created(emulator) + ":1"):
        error = refused(emulator, "ListTagsForResource", resourceArn=arn)
        assert (error.code, error.body["resourceName"]) == ("ResourceNotFound", arn)
    execution = "arn:aws:states:us-east-1:123456789012:execution:m:e"
    assert refused(emulator, "TagResource", resourceArn=execution, tags=[]).code == "InvalidArn"


def test_a_resource_has_at_most_50_tags(emulator, arn):
    call(emulator, "TagResource", resourceArn=arn, tags=tags(*((f"k{n}", "") for n in range(50))))
    call(emulator, "TagResource", resourceArn=arn, tags=tags(("k1", "again")))
    error = refused(emulator, "TagResource", resourceArn=arn, tags=tags(("more", "")))
    assert (error.code, error.body["resourceName"]) == ("TooManyTags", arn)
    assert len(listed(emulator, arn)) == 50


@pytest.mark.parametrize("tag", [("aws:k", "v"), ("AWS:k", "v"), ("k!", "v"), ("k", "v;"), ("k" * 129, "v")])
def test_a_tag_has_letters_digits_and_few_signs(emulator, arn, tag):
    error = refused(emulator, "TagResource", resourceArn=arn, tags=tags(tag))
    assert error.code == "ValidationException"
    assert listed(emulator, arn) == []


def test_other_letters_are_letters(emulator, arn):
    call(emulator, "TagResource", resourceArn=arn, tags=tags(("schlüssel 1_.:/=+-@", "значение")))
    assert listed(emulator, arn) == [("schlüssel 1_.:/=+-@", "значение")]


def test_a_tag_without_a_key_is_refused(emulator, arn):
    error = refused(emulator, "TagResource", resourceArn=arn, tags=[{"value": "v"}])
    assert "Value null at 'tags.1.member.key'" in error.message
