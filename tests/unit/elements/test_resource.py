"""Resource: what an ARN names, and what it does not."""

import pytest

from asl.elements.resource import resource

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function"


@pytest.mark.parametrize(
    ("text", "family", "service", "action", "pattern"),
    [
        (f"{FUNCTION}:f", "lambda", "lambda", "f", "request"),
        (f"{FUNCTION}:f:$LATEST", "lambda", "lambda", "f", "request"),
        (f"{FUNCTION}:f:prod", "lambda", "lambda", "f", "request"),
        ("arn:aws:lambda:::function:f", "lambda", "lambda", "f", "request"),
        ("arn:aws-cn:lambda:cn-north-1:123456789012:function:a-b_c", "lambda", "lambda", "a-b_c", "request"),
        ("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f", "lambda", "lambda", "f", "request"),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "activity", "activity", "a", "request"),
        ("arn:aws:states:us-east-1:123456789012:activity:a:b", "activity", "activity", "a:b", "request"),
        ("arn:aws:states:::lambda:invoke", "task", "lambda", "invoke", "request"),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", "task", "lambda", "invoke.waitForTaskToken",
         "token"),
        ("arn:aws:states:::sqs:sendMessage", "task", "sqs", "sendMessage", "request"),
        ("arn:aws:states:::dynamodb:putItem", "task", "dynamodb", "putItem", "request"),
        ("arn:aws:states:::ecs:runTask.sync", "task", "ecs", "runTask.sync", "sync"),
        ("arn:aws:states:::states:startExecution.sync:2", "task", "states", "startExecution.sync:2", "sync"),
        ("arn:aws:states:::states:startExecution.sync", "task", "states", "startExecution.sync", "sync"),
        ("arn:aws:states:::http:invoke", "task", "http", "invoke", "request"),
        ("arn:aws:states:::aws-sdk:s3:getObject", "task", "aws-sdk:s3", "getObject", "request"),
        ("arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken", "task", "aws-sdk:sfn",
         "startExecution.waitForTaskToken", "token"),
        ("arn:aws-cn:states:::sns:publish", "task", "sns", "publish", "request"),
    ],
)  # fmt: skip
def test_resources(text, family, service, action, pattern):
    found = resource(text)
    assert (found.text, found.family, found.service, found.action, found.pattern) == (
        text, family, service, action, pattern
    )  # fmt: skip


HERE = "us-east-1:123456789012"


@pytest.mark.parametrize(
    "text",
    [
        "", "f", "lambda:invoke", "arn", "arn:aws", "arn:aws:lambda", FUNCTION, f" {FUNCTION}:f",
        f"{FUNCTION}:f\n", f"arn:aws:lambda:{HERE}:layer:f", "arn:gcp:lambda:::function:f",
        "arn:aws:states:::",
        "arn:aws:states:::sqs", "arn:aws:states:::sqs:", "arn:aws:states:::sqs:sendMessage.",
        "arn:aws:states:::sqs:sendMessage.async", "arn:aws:states:::ecs:runTask.sync:3",
        "arn:aws:states:::ecs:runTask.sync.waitForTaskToken", "ARN:aws:states:::sqs:sendMessage",
        "{% $resource %}", "${Function}",
        f"{FUNCTION}:", f"{FUNCTION}::prod", f"arn:aws:states:{HERE}:activity:",
        f"arn:aws:states:{HERE}:stateMachine:m", "arn:aws:states:::aws-sdk:s3",
    ],
)  # fmt: skip
def test_no_resources(text):
    assert resource(text) is None


@pytest.mark.parametrize(
    ("text", "has_token", "limit_name"),
    [
        (f"{FUNCTION}:f", False, f"{FUNCTION}:f"),
        ("arn:aws:states:us-east-1:123456789012:activity:a", True,
         "arn:aws:states:us-east-1:123456789012:activity:a"),
        ("arn:aws:states:::lambda:invoke", False, "lambda"),
        ("arn:aws:states:::ecs:runTask.sync", True, "ecs"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", True, "sqs"),
    ],
)  # fmt: skip
def test_what_its_tasks_have(text, has_token, limit_name):
    assert (resource(text).has_token, resource(text).limit_name) == (has_token, limit_name)
