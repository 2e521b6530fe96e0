"""What nobody answers for: said so that SDKs can read it, and do not ask again."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from asl.signals import TaskFailed
from emulator.asked import described, refused
from emulator.clients import client
from emulator.ports import Unreachable
from emulator.services import Services
from emulator.testing import in_process
from emulator.transport import Request, answered_in_process
from tests.tasks.reaching import moto, told

MESSAGES = [{"role": "user", "content": [{"text": "hello"}]}]


def caught(function, **given):
    with pytest.raises(ClientError) as error:
        function(**given)
    return error.value.response


@pytest.mark.parametrize(
    ("service", "operation", "given", "what"),
    [
        ("bedrock-runtime", "converse", {"modelId": "m", "messages": MESSAGES}, "bedrock-runtime's Converse"),
        ("appstream", "describe_fleets", {}, "appstream's DescribeFleets"),
        ("iam", "list_service_specific_credentials", {}, "iam's ListServiceSpecificCredentials"),
        ("ec2", "describe_fpga_images", {}, "ec2's DescribeFpgaImages"),
    ],
)
def test_what_moto_lacks_is_named_and_not_asked_for_again(service, operation, given, what, capsys):
    with in_process() as local:
        answer = caught(getattr(local.client(service), operation), **given)
    assert answer["Error"]["Code"] == "UnknownOperationException"
    assert f"does not have {what}: " in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert capsys.readouterr().out == ""


def test_a_task_fails_with_that():
    parameters = {"ModelId": "m", "Messages": [{"Role": "user", "Content": [{"Text": "hello"}]}]}
    signal = told("aws-sdk:bedrockruntime:converse", parameters, moto())
    assert isinstance(signal, TaskFailed)
    assert signal.error == "BedrockRuntime.BedrockRuntimeException"
    assert "moto, which answers for other AWS services here, does not have bedrock-runtime's" in signal.cause


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("s3", "list_buckets", {}),
        ("s3control", "list_access_points", {"AccountId": "123456789012"}),
        ("sns", "list_topics", {}),
        ("ec2", "describe_vpcs", {}),
        ("route53", "list_hosted_zones", {}),
        ("cloudwatch", "list_metrics", {}),
        ("dynamodb", "list_tables", {}),
        ("events", "list_rules", {"NamePrefix": "x"}),
        ("batch", "describe_job_queues", {}),
    ],
)
def test_a_refusal_is_read_in_every_protocol(service, operation, given):
    def answer(request: Request):
        return refused(request, "Refused", "Why <so> & so?", "id-1")

    made = client(service, "http://localhost:1", config=Config(s3={"addressing_style": "path"}))
    made._endpoint = answered_in_process(made._endpoint, answer)
    told = caught(getattr(made, operation), **given)
    assert (told["Error"]["Code"], told["Error"]["Message"]) == ("Refused", "Why <so> & so?")
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_without_moto_a_served_bucket_says_what_to_install(monkeypatch):
    from emulator.api.server import Application
    from tests.emulator.asked import ask
    from tests.emulator.shared import emulated

    def absent(self):
        raise Unreachable("pip install 'asl-emulator[aws]'")

    monkeypatch.setattr(Services, "_load", absent)
    signed = "AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/s3/aws4_request, SignedHeaders=host"
    with emulated() as emulator:
        application = Application(emulator)
        answer = ask(application, "GET", "/", None, {"authorization": signed})
        application.others.close()
    assert (answer.status, answer.headers["content-type"]) == (400, "text/xml")
    assert b"<Error><Code>UnknownOperationException</Code><Message>pip install" in answer.body


def test_what_a_request_asks_for():
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/{}/aws4_request"}

    def request(service, headers, body=b"", url="http://localhost/"):
        scope = {name: text.format(service) for name, text in signed.items()}
        return Request("POST", url, {**scope, **headers}, body)

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert described(request("sns", form, b"Action=ListTopics&Version=1")) == "sns's ListTopics"
    assert described(request("sns", form, b"\xff" * 100_000)) == "sns"
    assert described(request("sqs", {"x-amz-target": "AmazonSQS.ListQueues"})) == "sqs's ListQueues"
    assert described(request("nowhere", {"x-amz-target": "A.Go"})) == "nowhere's Go"
    assert described(request("s3", {}), "list_buckets") == "s3's ListBuckets"
    assert described(Request("GET", "http://localhost/", {}, b"")) == "the service"
    assert json.loads(refused(request("sqs", {}), "A", "b", "i").body) == {"__type": "A", "message": "b"}
