"""Lambda's API: functions, versions, aliases, policies, tags, as boto3 sees them."""

import base64
import hashlib
import io
import json
import os
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from emulator.functions.table import OPERATIONS
from emulator.models import service_model
from tests.functions.shared import ACCOUNT, ECHO, REGION, ROLE, World, arn, zipped


@contextmanager
def refused(code, match=None):
    """Expects an error of that code."""
    with pytest.raises(ClientError, match=match) as caught:
        yield caught
    assert caught.value.response["Error"]["Code"] == code


def answers(n):
    return f"def handler(event, context):\n    return {n}\n"


# ------------------------------------------------------------------ functions


def test_a_new_function_is_described_with_lambdas_defaults(world):
    made = world.create()
    archive = zipped({"handler.py": ECHO})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    shown = {name: each for name, each in made.items() if name not in ("ResponseMetadata", "RevisionId")}
    assert shown.pop("LastModified").endswith("+0000")
    assert shown == {
        "FunctionName": "f",
        "FunctionArn": arn("f"),
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "handler.handler",
        "CodeSize": len(archive),
        "CodeSha256": base64.b64encode(hashlib.sha256(archive).digest()).decode(),
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
    }


def test_waiters_find_a_function_ready(world):
    world.create()
    world.client.get_waiter("function_active_v2").wait(FunctionName="f")
    world.client.get_waiter("function_updated_v2").wait(FunctionName="f")
    world.client.get_waiter("function_exists").wait(FunctionName="f")


@pytest.mark.parametrize(
    "name", ["f", arn("f"), f"{ACCOUNT}:function:f", "function:f", arn("f") + ":$LATEST"]
)
def test_a_function_is_found_by_all_its_names(world, name):
    world.create(Tags={"team": "shop"})
    assert world.client.get_function(FunctionName=name)["Configuration"]["FunctionName"] == "f"
    assert world.client.get_function(FunctionName=name)["Tags"] == {"team": "shop"}
    assert world.client.get_function(FunctionName=name)["Code"] == {"RepositoryType": "S3"}
    assert world.call(name, 1).text == "1"


def test_accounts_and_regions_do_not_see_each_other(world):
    world.create()
    for region, account in ((REGION, "999999999999"), ("eu-west-1", ACCOUNT)):
        other = world.backends.client("lambda", region, account)
        assert other.list_functions()["Functions"] == []
        with refused("ResourceNotFoundException", "Function not found: arn:aws:lambda:"):
            other.get_function(FunctionName="f")
        assert other.get_function(FunctionName=arn("f"))["Configuration"]["FunctionArn"] == arn("f")


def test_a_name_is_taken_once(world):
    world.create()
    with refused("ResourceConflictException", "Function already exist: f") as caught:
        world.create()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert caught.value.response["Type"] == "User"


def test_code_can_be_changed(world):
    first = world.create(source=answers(1))
    assert world.result() == 1
    changed = world.client.update_function_code(FunctionName="f", ZipFile=zipped({"handler.py": answers(2)}))
    assert changed["CodeSha256"] != first["CodeSha256"]
    assert changed["RevisionId"] != first["RevisionId"]
    assert world.result() == 2
    world.client.update_function_code(
        FunctionName="f", ZipFile=zipped({"handler.py": answers(3)}), DryRun=True
    )
    assert world.result() == 2
    with refused("PreconditionFailedException", "does not match the latest Revision Id"):
        world.client.update_function_code(
            FunctionName="f", ZipFile=zipped({"handler.py": ECHO}), RevisionId=first["RevisionId"]
        )


def test_settings_can_be_changed_and_the_others_stay(world):
    source = "import os\n\n\ndef handler(event, context):\n    return os.environ.get('MODE')\n"
    world.create(source=source, Description="kept", Environment={"Variables": {"MODE": "one"}})
    assert world.result() == "one"
    changed = world.client.update_function_configuration(
        FunctionName="f", Environment={"Variables": {"MODE": "two"}}, Timeout=9
    )
    assert (changed["Timeout"], changed["Description"], changed["Runtime"]) == (9, "kept", "python3.12")
    assert world.result() == "two"


def test_code_can_come_from_s3():
    class S3:
        def client(self, service, region, account):
            assert (service, region, account) == ("s3", REGION, ACCOUNT)
            return self

        def get_object(self, **wanted):
            if wanted["Key"] != "f.zip":
                told = {"Error": {"Code": "NoSuchKey", "Message": "The specified key does not exist."}}
                raise ClientError(told, "GetObject")
            assert wanted == {"Bucket": "code", "Key": "f.zip", "VersionId": "7"}
            return {"Body": io.BytesIO(zipped({"handler.py": answers(5)}))}

    world = World()
    try:
        world.functions.backends = S3()
        code = {"S3Bucket": "code", "S3Key": "f.zip", "S3ObjectVersion": "7"}
        world.create(Code=code)
        assert world.result() == 5
        with refused("InvalidParameterValueException", "S3 Error Code: NoSuchKey"):
            world.client.update_function_code(FunctionName="f", S3Bucket="code", S3Key="g.zip")
        world.functions.backends = None
        with refused("InvalidParameterValueException", "Nothing here answers for S3"):
            world.create("g", Code=code)
    finally:
        world.functions.close()


def test_a_deleted_function_is_gone_with_its_processes_and_its_code(world):
    world.create()
    world.create("g")
    world.result()
    assert world.functions.runs.processes() == 1
    gone = world.client.delete_function(FunctionName="f")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert world.functions.runs.processes() == 0
    with refused("ResourceNotFoundException", f"Function not found: {arn('f')}$"):
        world.client.get_function(FunctionName="f")
    with refused("ResourceNotFoundException", r":function:f:\$LATEST"):
        world.call()
    world.client.delete_function(FunctionName="g")
    assert not world.functions.shelf._archives


def test_lists_are_paged_by_name(world):
    for number in range(7):
        world.create(f"f{number}")
    first = world.client.list_functions(MaxItems=3)
    assert [each["FunctionName"] for each in first["Functions"]] == ["f0", "f1", "f2"]
    pages = world.client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert [each["FunctionName"] for page in pages for each in page["Functions"]] == [
        f"f{number}" for number in range(7)
    ]
    with refused("InvalidParameterValueException", "Marker"):
        world.client.list_functions(Marker="nothing")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (
            {"Layers": [arn("x").replace("function", "layer") + ":1"]},
            "Layers are not put into functions here",
        ),
        ({"PackageType": "Image", "Code": {"ImageUri": "any"}}, "container images are not run here"),
        ({"Code": {}}, "provide a source for function code"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "reserved keys.*: AWS_REGION"),
        ({"Environment": {"Variables": {"A1": "x" * 4096}}}, "exceeded the 4KB limit"),
        ({"Environment": {"Variables": {"A=B": "x"}}}, "no environment variable"),
        ({"Environment": {"Variables": {"AB": "a\0b"}}}, "no environment variable"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(same_world, options, match):
    with refused("InvalidParameterValueException", match):
        same_world.create("never", **options)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"Runtime": "python9"}, "Value 'python9' at 'runtime' failed to satisfy constraint"),
        ({"Timeout": 0}, "Value '0' at 'timeout' failed to satisfy constraint"),
        ({"MemorySize": 64}, "at 'memorySize' failed"),
        (
            {"FunctionName": "a b"},
            "at 'functionName' failed to satisfy constraint: Member must satisfy regular",
        ),
        ({"Role": "nobody"}, "at 'role' failed"),
    ],
)
def test_what_breaks_the_model_is_told_in_its_words(same_world, options, match, monkeypatch):
    client = same_world.client
    monkeypatch.setattr(client.meta.config, "parameter_validation", False)
    from botocore.validate import ParamValidator

    monkeypatch.setattr(
        ParamValidator, "validate", lambda *_: type("Ok", (), {"has_errors": lambda self: False})()
    )
    with refused("ValidationException", match):
        same_world.create(**{"name": "never", **options})


# ------------------------------------------------------------------ versions


def test_a_version_keeps_what_the_function_was(world):
    world.create(source=answers(1))
    first = world.client.publish_version(FunctionName="f", Description="one")
    again = world.client.publish_version(FunctionName="f")
    assert first["Version"] == again["Version"] == "1"
    assert first["FunctionArn"] == arn("f") + ":1"
    world.client.update_function_code(
        FunctionName="f", ZipFile=zipped({"handler.py": answers(2)}), Publish=True
    )
    called = [world.call("f", Qualifier=each) for each in ("1", "2", "$LATEST")]
    assert [(each.text, each.version) for each in called] == [("1", "1"), ("2", "2"), ("2", "$LATEST")]
    assert world.call(arn("f") + ":1").text == "1"
    listed = world.client.list_versions_by_function(FunctionName="f")["Versions"]
    assert [(each["Version"], each["Description"]) for each in listed] == [
        ("$LATEST", ""),
        ("1", "one"),
        ("2", ""),
    ]
    assert [each["FunctionArn"].rpartition(":")[2] for each in listed] == ["$LATEST", "1", "2"]
    assert len(world.client.list_functions(FunctionVersion="ALL")["Functions"]) == 3


def test_a_version_may_be_published_with_the_function(world):
    made = world.create(Publish=True)
    assert (made["Version"], made["FunctionArn"]) == ("1", arn("f") + ":1")
    assert world.client.get_function_configuration(FunctionName="f", Qualifier="1")["Version"] == "1"


def test_a_version_of_other_code_than_was_meant_is_not_published(world):
    world.create()
    with refused("InvalidParameterValueException", "is different from current CodeSHA256"):
        world.client.publish_version(FunctionName="f", CodeSha256="other")
    with refused("PreconditionFailedException", "does not match the latest Revision Id"):
        world.client.publish_version(FunctionName="f", RevisionId="other")


def test_a_deleted_version_is_gone_unless_an_alias_names_it(world):
    world.create(Publish=True)
    world.client.create_alias(FunctionName="f", Name="prod", FunctionVersion="1")
    with refused("ResourceConflictException", "prod"):
        world.client.delete_function(FunctionName="f", Qualifier="1")
    with refused("InvalidParameterValueException", "without deleting the function"):
        world.client.delete_function(FunctionName="f", Qualifier="$LATEST")
    world.client.delete_alias(FunctionName="f", Name="prod")
    world.client.delete_function(FunctionName="f", Qualifier="1")
    with refused("ResourceNotFoundException", f"Function not found: {arn('f')}:1"):
        world.call("f", Qualifier="1")
    assert world.result(1) == 1


def test_name_and_qualifier_may_not_differ(world):
    world.create(Publish=True)
    assert world.call("f:1", Qualifier="1").version == "1"
    with refused("InvalidParameterValueException", "derived qualifier"):
        world.call("f:1", Qualifier="2")


# ------------------------------------------------------------------ aliases


def test_an_alias_leads_to_its_version(world):
    world.create(source=answers(1), Publish=True)
    made = world.client.create_alias(FunctionName="f", Name="prod", FunctionVersion="1", Description="live")
    assert made["AliasArn"] == arn("f") + ":prod"
    assert (world.call("f", Qualifier="prod").text, world.call("f:prod").version) == ("1", "1")
    source = "def handler(event, context):\n    return context.invoked_function_arn\n"
    world.client.update_function_code(FunctionName="f", ZipFile=zipped({"handler.py": source}), Publish=True)
    moved = world.client.update_alias(FunctionName="f", Name="prod", FunctionVersion="2")
    assert (moved["FunctionVersion"], moved["Description"]) == ("2", "live")
    assert moved["RevisionId"] != made["RevisionId"]
    assert world.result(Qualifier="prod") == arn("f") + ":prod"
    assert world.client.get_alias(FunctionName="f", Name="prod")["FunctionVersion"] == "2"
    assert world.client.get_function(FunctionName="f:prod")["Configuration"]["Version"] == "2"
    assert (
        world.client.get_function(FunctionName="f:prod")["Configuration"]["FunctionArn"] == arn("f") + ":prod"
    )


def test_an_alias_shares_calls_by_weight(world, monkeypatch):
    world.create(source=answers(1), Publish=True)
    world.client.update_function_code(
        FunctionName="f", ZipFile=zipped({"handler.py": answers(2)}), Publish=True
    )
    routing = {"AdditionalVersionWeights": {"2": 0.25}}
    made = world.client.create_alias(
        FunctionName="f", Name="prod", FunctionVersion="1", RoutingConfig=routing
    )
    assert made["RoutingConfig"] == routing
    draws = iter([0.24, 0.26, 0.0, 0.99])
    monkeypatch.setattr("emulator.functions.shelf.random.random", lambda: next(draws))
    functions = world.functions
    place = {"account": ACCOUNT, "region": REGION, "qualifier": "prod"}
    versions = [functions.invoke("f", b"{}", **place).version for _ in range(4)]
    assert versions == ["2", "1", "2", "1"]


@pytest.mark.parametrize(
    ("version", "code", "match"),
    [
        ("2", "InvalidParameterValueException", "at most one version beside its own"),
        ("$LATEST", "InvalidParameterValueException", "LATEST is not supported"),
        ("9", "ResourceNotFoundException", "Function not found: .*:9"),
    ],
)
def test_weights_that_an_alias_keeps_go_with_its_new_version(world, version, code, match):
    client = world.client
    world.create(source=answers(1), Publish=True)
    for n in (2, 3):
        archive = zipped({"handler.py": answers(n)})
        client.update_function_code(FunctionName="f", ZipFile=archive, Publish=True)
    shared = {"AdditionalVersionWeights": {"2": 0.25}}
    client.create_alias(FunctionName="f", Name="prod", FunctionVersion="1", RoutingConfig=shared)
    with refused(code, match):
        client.update_alias(FunctionName="f", Name="prod", FunctionVersion=version)
    assert client.get_alias(FunctionName="f", Name="prod")["FunctionVersion"] == "1"
    moved = client.update_alias(FunctionName="f", Name="prod", FunctionVersion="3")
    assert (moved["FunctionVersion"], moved["RoutingConfig"]) == ("3", shared)
    alone = client.update_alias(FunctionName="f", Name="prod", FunctionVersion="2", RoutingConfig={})
    assert (alone["FunctionVersion"], alone.get("RoutingConfig")) == ("2", None)


def test_aliases_are_listed_and_refused(world):
    world.create(Publish=True)
    client = world.client
    for name in ("b", "a", "c"):
        client.create_alias(FunctionName="f", Name=name, FunctionVersion="1" if name != "c" else "$LATEST")
    listed = client.list_aliases(FunctionName="f")["Aliases"]
    assert [each["Name"] for each in listed] == ["a", "b", "c"]
    assert len(client.list_aliases(FunctionName="f", FunctionVersion="1")["Aliases"]) == 2
    with refused("ResourceConflictException", "Alias already exists"):
        client.create_alias(FunctionName="f", Name="a", FunctionVersion="1")
    with refused("ResourceNotFoundException", "Function not found: .*:9"):
        client.create_alias(FunctionName="f", Name="z", FunctionVersion="9")
    with refused("ResourceNotFoundException", "Cannot find alias arn"):
        client.get_alias(FunctionName="f", Name="z")
    with refused("InvalidParameterValueException", "LATEST is not supported"):
        weights = {"AdditionalVersionWeights": {"$LATEST": 0.5}}
        client.update_alias(FunctionName="f", Name="a", RoutingConfig=weights)
    with refused("PreconditionFailedException"):
        client.update_alias(FunctionName="f", Name="a", RevisionId="other")


# ------------------------------------------------------------------ invocations


def test_a_dry_run_calls_nothing(world):
    world.create(source="raise SystemExit\n")
    answer = world.call("f", {}, InvocationType="DryRun")
    assert (answer.status, answer.text) == (204, "")
    assert world.functions.runs.processes() == 0
    with refused("ResourceNotFoundException"):
        world.call("g", {}, InvocationType="DryRun")


def test_nobody_waits_for_an_event(world, tmp_path):
    world.create(source="def handler(event, context):\n    open(event, 'w').write('x')\n")
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    answer = world.call("f", pipe, InvocationType="Event")
    assert (answer.status, answer.text, answer.error) == (202, "", None)
    with open(pipe) as told:  # waits until the function opens it
        assert told.read() == "x"


def test_a_fault_of_ours_in_a_call_that_nobody_waits_for_is_logged(world, monkeypatch, caplog):
    def fails(*_, **__):
        raise RuntimeError("ours")

    world.create()
    monkeypatch.setattr(world.functions, "run", fails)
    assert world.call("f", {}, InvocationType="Event").status == 202
    world.functions._threads.shutdown(wait=True)
    (told,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert told.getMessage() == "an asynchronous call of f failed"
    assert isinstance(told.exc_info[1], RuntimeError)


# ------------------------------------------------------------------ the rest


def test_policies_are_kept(world):
    world.create()
    client = world.client
    given = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "states.amazonaws.com"}
    with refused("ResourceNotFoundException"):
        client.get_policy(FunctionName="f")
    client.add_permission(**given, StatementId="one", SourceArn="arn:aws:states:::x")
    with refused("ResourceConflictException", "one"):
        client.add_permission(**given, StatementId="one")
    policy = json.loads(client.get_policy(FunctionName="f")["Policy"])
    assert policy["Statement"] == [
        {
            "Sid": "one",
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn("f"),
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:states:::x"}},
        }
    ]
    client.remove_permission(FunctionName="f", StatementId="one")
    with refused("ResourceNotFoundException", "one"):
        client.remove_permission(FunctionName="f", StatementId="one")


def test_tags_come_and_go(world):
    world.create(Tags={"a": "1"})
    world.client.tag_resource(Resource=arn("f"), Tags={"b": "2"})
    assert world.client.list_tags(Resource=arn("f"))["Tags"] == {"a": "1", "b": "2"}
    world.client.untag_resource(Resource=arn("f"), TagKeys=["a", "c"])
    assert world.client.list_tags(Resource=arn("f"))["Tags"] == {"b": "2"}


def test_there_is_no_code_signing(world):
    world.create()
    answer = world.client.get_function_code_signing_config(FunctionName="f")
    assert (answer["FunctionName"], answer["CodeSigningConfigArn"]) == ("f", "")


def test_what_is_not_done_says_so(world):
    with refused("UnknownOperationException", "Lambda's ListLayers is not done here"):
        world.client.list_layers()


def test_the_table_holds_lambdas_operations():
    assert set(OPERATIONS) <= set(service_model("lambda").operation_names)
