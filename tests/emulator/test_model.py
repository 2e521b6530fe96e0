"""What a request is held to before any operation sees it, in AWS's words."""

from __future__ import annotations

import gc
import weakref

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator import models
from emulator.api.model import checked, service_model
from emulator.errors import SerializationException, ValidationException

ONE = "1 validation error detected: "


@pytest.mark.parametrize(
    ("operation", "members", "text"),
    [
        (
            "ListExecutions",
            {"maxResults": 1001},
            "Value '1001' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 1000",
        ),
        (
            "ListExecutions",
            {"nextToken": "x" * 3097},
            f"Value '{'x' * 3097}' at 'nextToken' failed to satisfy constraint: "
            "Member must have length less than or equal to 3096",
        ),
        (
            "ListExecutions",
            {"statusFilter": "succeeded"},
            "Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum "
            "value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
        ),
        (
            "CreateActivity",
            {"name": "x" * 81},
            f"Value '{'x' * 81}' at 'name' failed to satisfy constraint: "
            "Member must have length less than or equal to 80",
        ),
        (
            "DescribeExecution",
            {},
            "Value null at 'executionArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            "SendTaskHeartbeat",
            {"taskToken": ""},
            "Value '***Sensitive Data Redacted***' at 'taskToken' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "UntagResource",
            {"resourceArn": "a", "tagKeys": ["k", ""]},
            "Value '' at 'tagKeys.2.member' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "CreateActivity",
            {"name": "n", "encryptionConfiguration": {}},
            "Value null at 'encryptionConfiguration.type' failed to satisfy constraint: "
            "Member must not be null",
        ),
    ],
)
def test_a_broken_constraint_is_told(operation, members, text):
    with pytest.raises(ValidationException) as caught:
        checked(operation, members)
    assert caught.value.message == ONE + text


def test_all_that_is_broken_is_told():
    with pytest.raises(ValidationException) as caught:
        checked("StartExecution", {"name": "x" * 81})
    assert caught.value.message == (
        "2 validation errors detected: "
        "Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null; "
        f"Value '{'x' * 81}' at 'name' failed to satisfy constraint: "
        "Member must have length less than or equal to 80"
    )


@pytest.mark.parametrize(
    "members", [[], 1, {"name": 1}, {"name": ["a"]}, {"name": {"a": 1}}, {"name": "n", "tags": {"a": 1}}]
)
def test_another_type_is_refused(members):
    with pytest.raises(SerializationException):
        checked("CreateActivity", members)


def test_null_and_unknown_members_are_dropped():
    given = {"name": "n", "tags": [{"key": "k", "value": None, "more": 1}], "more": 1}
    assert checked("CreateActivity", given) == {"name": "n", "tags": [{"key": "k"}]}


@pytest.mark.parametrize("value", [True, 1.5, "1"])
def test_a_number_is_no_boolean_fraction_or_text(value):
    with pytest.raises(SerializationException):
        checked("ListActivities", {"maxResults": value})


# ------------------------------------------------------------------ botocore's models


def test_the_model_of_a_client_is_not_kept():
    model = ServiceModel(Loader().load_service_model("sqs", "service-2"), "sqs")
    assert models.operation_name(model, "sendMESSAGE") == "SendMessage"
    assert models.operation_name(model, "sendNothing") is None
    seen = weakref.ref(model)
    del model
    gc.collect()
    assert seen() is None


def test_our_own_model_outlasts_those_of_other_services():
    own = service_model()
    for name in models.service_names()[:20]:
        models.service_model(name)
    assert service_model() is own
