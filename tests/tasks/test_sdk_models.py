"""Names, writers and readers by the services' models alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator import sdk_names
from emulator.sdk_names import FIRST, SECOND
from emulator.tasks.sdk import calls as sdk_calls
from emulator.tasks.sdk.scalars import Refused
from emulator.tasks.sdk.values import Values
from tests.tasks.reaching import ACCOUNT, REGION, Script, told


def model(service):
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("KMSKeyId", "KmsKeyId"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("MD5OfBody", "Md5OfBody"),
        ("ETag", "ETag"),
        ("ChecksumCRC32", "ChecksumCRC32"),
        ("ARN", "Arn"),
        ("SS", "Ss"),
        ("S", "S"),
        ("clusterArn", "ClusterArn"),
    ],
)
def test_members_are_written_as_the_second_sdk_writes_them(name, written):
    assert sdk_names.member(name) == written


@pytest.mark.parametrize(
    ("service", "prefix"),
    [
        ("dynamodb", "DynamoDb"),
        ("stepfunctions", "Sfn"),
        ("s3", "S3"),
        ("ec2", "Ec2"),
        ("secretsmanager", "SecretsManager"),
        ("config", "Config"),
        ("dms", "DatabaseMigration"),
        ("cloudhsmv2", "CloudHsmV2"),
        ("acm-pca", "AcmPca"),
        ("apigatewayv2", "ApiGatewayV2"),
        ("memorydb", "MemoryDB"),
        ("wafv2", "Wafv2"),
        ("elbv2", "ElasticLoadBalancingV2"),
        ("lex-models", "LexModelBuilding"),
        ("codestar-notifications", "CodestarNotifications"),
    ],
)
def test_errors_begin_with_the_name_that_aws_lists(service, prefix):
    assert sdk_names.prefix(model(service).service_id) == prefix


@pytest.mark.parametrize(
    ("shape", "second", "first"),
    [
        ("NoSuchKey", "NoSuchKeyException", "NoSuchKeyException"),
        ("DBInstanceNotFoundFault", "DbInstanceNotFoundException", "DBInstanceNotFoundException"),
        ("KMSInvalidStateException", "KmsInvalidStateException", "KMSInvalidStateException"),
        ("ResourceNotFoundException", "ResourceNotFoundException", "ResourceNotFoundException"),
        ("InternalServerError", "InternalServerErrorException", "InternalServerErrorException"),
    ],
)
def test_exceptions_are_called_as_the_sdks_call_them(shape, second, first):
    assert (sdk_names.exception(shape), sdk_names.exception_of_first(shape)) == (second, first)


SERVICES = [
    "dynamodb",
    "s3",
    "lambda",
    "ecs",
    "glue",
    "ssm",
    "lexv2-models",
    "bedrock-runtime",
    "sqs",
    "kinesis",
]


@pytest.mark.parametrize("dialect", [FIRST, SECOND], ids=["first", "second"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_can_be_written_and_read(service, dialect):
    service_model = model(service)
    values = Values(dialect)
    for name in service_model.operation_names:
        operation = service_model.operation_model(name)
        if operation.input_shape:
            faults = []
            assert values.writer(operation.input_shape)({}, "", faults) == {}
            required = operation.input_shape.required_members
            tokens = [
                each.metadata.get("idempotencyToken") for each in operation.input_shape.members.values()
            ]
            assert len(required) - sum(map(bool, tokens)) <= len(faults) <= len(required)
        if operation.output_shape:
            assert values.reader(operation.output_shape)({}) == {}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_no_member_is_refused_everywhere(service):
    service_model = model(service)
    values = Values(SECOND)
    for name in service_model.operation_names:
        shape = service_model.operation_model(name).input_shape
        write = values.writer(shape) if shape else values.nothing
        with pytest.raises(Refused, match="The field 'NoSuchThing' is not supported by Step Functions"):
            write({"NoSuchThing": 1}, "", [])


def test_a_shape_that_holds_itself_goes_as_deep_as_the_value():
    shape = model("dynamodb").operation_model("PutItem").input_shape.members["Item"]
    values = Values(SECOND)
    deep = {"S": "x"}
    for _ in range(50):
        deep = {"M": {"in": {"L": [deep]}}}
    written = values.writer(shape)({"a": deep}, "", [])
    assert values.reader(shape)(written) == {"a": deep}


def test_a_document_stays_as_it_is():
    shape = model("bedrock-runtime").operation_model("Converse").input_shape
    given = {"ModelId": "m", "AdditionalModelRequestFields": {"top_k": 1, "lower": [None]}}
    written = Values(SECOND).writer(shape)(given, "", [])
    assert written == {"modelId": "m", "additionalModelRequestFields": {"top_k": 1, "lower": [None]}}


def test_a_text_that_the_model_calls_json_is_sent_as_json():
    shape = model("lex-runtime").operation_model("PostContent").input_shape
    given = {"SessionAttributes": '{"a":1}', "RequestAttributes": {"b": 2}}
    written = Values(SECOND).writer(shape)(given, "", [])
    assert (written["sessionAttributes"], written["requestAttributes"]) == ({"a": 1}, {"b": 2})


def test_an_operation_without_parameters_takes_none():
    values = Values(SECOND)
    assert values.nothing({}, "", []) == {}
    with pytest.raises(Refused, match="'A' is not supported"):
        values.nothing({"A": 1}, "", [])


def test_many_threads_may_be_the_first_to_ask(monkeypatch):
    monkeypatch.setattr(sdk_calls, "_values", {})
    monkeypatch.setattr(sdk_calls, "_operations", {})
    item = {"a": {"L": [{"M": {"b": {"Ss": ["c"]}}}]}}
    answer = {"Item": {"a": {"L": [{"M": {"b": {"SS": ["c"]}}}]}}}
    parameters = {"TableName": "t", "Key": {"a": {"S": "x"}}}
    scripts = [Script(answer) for _ in range(8)]
    together = threading.Barrier(len(scripts))

    def ask(script):
        script.client("dynamodb", REGION, ACCOUNT)
        together.wait()
        return told("aws-sdk:dynamodb:getItem", parameters, script).output

    with ThreadPoolExecutor(len(scripts)) as pool:
        assert list(pool.map(ask, scripts)) == [{"Item": item}] * len(scripts)
