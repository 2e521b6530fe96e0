"""Terraform: what `terraform show -json` prints of a plan and of a state."""

import json

import pytest

from emulator.templates import TemplateProblem, find, load
from tests.templates.shared import calling, function_arn, write

MACHINE = {
    "name": "orders",
    "type": "EXPRESS",
    "definition": json.dumps(calling(function_arn("price"))),
    "role_arn": "arn:aws:iam::123456789012:role/r",
    "tags": {"team": "north"},
    "logging_configuration": [{"level": "ALL", "include_execution_data": True, "log_destination": "arn:x:*"}],
    "tracing_configuration": [{"enabled": True}],
}
FUNCTION = {
    "function_name": "price",
    "filename": "build/price.zip",
    "handler": "app.handler",
    "runtime": "python3.13",
    "timeout": 7,
    "memory_size": 256,
    "environment": [{"variables": {"A": "1", "B": None}}],
}
ARCHIVE = {"type": "zip", "source_dir": "functions/price", "output_path": "./build/price.zip"}


def resource(kind, name, values, module="", mode="managed"):
    address = f"{module}{'data.' if mode == 'data' else ''}{kind}.{name}"
    return {"address": address, "mode": mode, "type": kind, "name": name, "values": values}


def module(*resources, children=()):
    return {"resources": list(resources), "child_modules": list(children)}


@pytest.fixture
def parts(tmp_path):
    write(tmp_path, "functions/price/app.py", "")
    inner = module(resource("aws_lambda_function", "price", FUNCTION, "module.fns."))
    archive = resource("archive_file", "price", ARCHIVE, "module.fns.", mode="data")
    root = module(
        resource("aws_sfn_state_machine", "orders", MACHINE), children=[{"address": "module.fns", **inner}]
    )
    return tmp_path, root, archive


def test_a_plan(parts):
    folder, root, archive = parts
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": root},
        "prior_state": {"values": {"root_module": module(archive)}},
    }
    check(write(folder, "plan.json", plan), folder)


def test_a_state(parts):
    folder, root, archive = parts
    root["child_modules"].append({"address": "module.x", "resources": [archive]})
    state = {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}}
    check(write(folder, "state.json", state), folder)


def check(path, folder):
    found = find(path)
    assert (found.logical_id, found.name, found.type) == ("aws_sfn_state_machine.orders", "orders", "EXPRESS")
    assert json.loads(found.definition) == calling(function_arn("price"))
    assert found.role == "arn:aws:iam::123456789012:role/r"
    assert found.tags == {"team": "north"}
    assert found.tracing == {"enabled": True}
    assert found.logging == {
        "level": "ALL",
        "includeExecutionData": True,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:x:*"}}],
    }
    for name in ("orders", "aws_sfn_state_machine.orders"):
        assert find(f"{path}#{name}").logical_id == "aws_sfn_state_machine.orders"
    (function,) = load(path).functions
    assert function.logical_id == "module.fns.aws_lambda_function.price"
    assert (function.name, function.arn) == ("price", function_arn("price"))
    assert function.code == folder / "functions/price"
    assert (function.handler, function.runtime, function.timeout, function.memory) == (
        "app.handler", "python3.13", 7, 256,
    )  # fmt: skip
    assert function.environment == {"A": "1"}
    assert function.problems == ()


def test_a_definition_that_is_known_only_after_apply(tmp_path):
    values = {name: value for name, value in MACHINE.items() if name != "definition"}
    unknown = {
        "address": "aws_sfn_state_machine.orders",
        "change": {"actions": ["create"], "after_unknown": {"definition": True}},
    }
    plan = {
        "planned_values": {"root_module": module(resource("aws_sfn_state_machine", "orders", values))},
        "resource_changes": [unknown],
    }
    path = write(tmp_path, "plan.json", plan)
    with pytest.raises(TemplateProblem, match="is known only after apply") as caught:
        find(path)
    (problem,) = caught.value.problems
    assert (problem.logical_id, problem.place.file) == ("aws_sfn_state_machine.orders", path)


def test_functions_without_code_here(tmp_path):
    resources = [
        resource("aws_lambda_function", "a", {"function_name": "a", "s3_bucket": "b"}),
        resource("aws_lambda_function", "b", {"function_name": "b", "filename": "nowhere.zip"}),
    ]
    a, b = load(write(tmp_path, "p.json", {"planned_values": {"root_module": module(*resources)}})).functions
    assert [each.message for each in a.errors] == [
        "its code is in S3 or an image, which is not reached from here"
    ]
    assert [each.message for each in b.errors] == [f"its code is not there: {tmp_path / 'nowhere.zip'}"]


def test_a_zip_file_that_nobody_says_what_is_in_it(tmp_path):
    (tmp_path / "f.zip").write_bytes(b"")
    function = resource("aws_lambda_function", "a", {"function_name": "a", "filename": "f.zip"})
    (found,) = load(
        write(tmp_path, "p.json", {"planned_values": {"root_module": module(function)}})
    ).functions
    assert found.code == tmp_path / "f.zip"


@pytest.mark.parametrize(
    ("values", "machines", "functions"),
    [
        (1, 0, 0),
        ({}, 0, 0),
        ({"root_module": 1}, 0, 0),
        ({"root_module": {"resources": 1}}, 0, 0),
        ({"root_module": {"resources": [1, {}]}}, 0, 0),
        ({"root_module": module(resource("aws_sfn_state_machine", "x", 1))}, 1, 0),
        (
            {"root_module": module(resource("aws_lambda_function", "x", {"timeout": "x", "environment": 1}))},
            0,
            1,
        ),
        (
            {
                "root_module": module(
                    resource("aws_lambda_function", "x", {"environment": [{"variables": 1}]})
                )
            },
            0,
            1,
        ),
        (
            {
                "root_module": module(
                    resource("aws_sfn_state_machine", "x", {"tags": 1, "logging_configuration": 1})
                )
            },
            1,
            0,
        ),
        ({"root_module": {"child_modules": 1}}, 0, 0),
    ],
)
def test_odd_values(tmp_path, values, machines, functions):
    path = write(
        tmp_path,
        "p.json",
        {"planned_values": values, "resource_changes": [1, {"change": 1}], "prior_state": 1},
    )
    found = load(path)
    assert [bool(each.errors) for each in found.machines] == [True] * machines
    assert len(found.functions) == functions
