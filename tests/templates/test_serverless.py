"""serverless.yml: state machines of its plugin, functions, variables."""

import json

import pytest

from emulator.templates import TemplateProblem, find, load
from tests.templates.shared import function_arn, write

SERVICE = """
    service: shop
    provider:
      name: aws
      runtime: python3.12
      stage: ${opt:stage, 'dev'}
      environment: {TABLE: "${self:custom.table}", HOME_TOWN: "${env:TOWN, 'Ghent'}"}
    custom:
      table: orders-${self:provider.stage}
      limits: {dev: 5, prod: 50}
      charge: charge-${self:provider.stage}
      limit: ${self:custom.limits.${self:provider.stage}}
      steps: ${file(steps.yml):steps}
    functions:
      price:
        handler: src/price.handler
        timeout: 9
        environment: {LIMIT: "${self:custom.limit}"}
      charge-card:
        name: charge-${sls:stage}
        handler: src/charge.handler
        runtime: nodejs22.x
    stepFunctions:
      stateMachines:
        checkout:
          name: ${self:service}-checkout
          type: express
          loggingConfig: {level: ERROR, destinations: [!GetAtt Log.Arn]}
          tracingConfig: {enabled: true}
          definition:
            StartAt: Price
            States:
              Price: {Type: Task, Resource: !GetAtt price.Arn, Next: Charge}
              Charge:
                Type: Task
                Resource: arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:${self:custom.charge}
                Next: Rest
              Rest: {Type: Wait, Seconds: "${self:custom.limit}", Next: Keep}
              Keep:
                Type: Pass
                Result: ${self:custom.steps.0}
                Parameters: {q: {Ref: Queue}, t: "${T} ${AWS::Region}"}
                End: true
        later:
          id: LaterMachine
          definition: '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    resources:
      Resources:
        Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: "q-${self:provider.stage}"}}
        Log: {Type: "AWS::Logs::LogGroup"}
    """


@pytest.fixture
def service(tmp_path, monkeypatch):
    monkeypatch.delenv("TOWN", raising=False)
    write(tmp_path, "steps.yml", "steps: [first, second]\n")
    write(tmp_path, "src/price.py", "")
    return write(tmp_path, "serverless.yml", SERVICE)


def test_a_machine(service):
    found = find(f"{service}#shop-checkout")
    assert (found.logical_id, found.type) == ("ShopDashcheckoutStepFunctionsStateMachine", "EXPRESS")
    states = json.loads(found.definition)["States"]
    assert states["Price"]["Resource"] == function_arn("shop-dev-price")
    assert states["Charge"]["Resource"] == function_arn("charge-dev")
    assert states["Rest"]["Seconds"] == 5
    assert states["Keep"]["Result"] == "first"
    assert states["Keep"]["Parameters"]["q"].endswith("/q-dev")
    assert states["Keep"]["Parameters"]["t"] == "${T} us-east-1"
    group = "arn:aws:logs:us-east-1:123456789012:log-group:Log:*"
    assert found.logging == {
        "level": "ERROR",
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
    }
    assert found.tracing == {"enabled": True}


@pytest.mark.parametrize("name", ["LaterMachine", "later"])
def test_a_machine_with_an_id_of_its_own_and_a_definition_as_text(service, name):
    assert json.loads(find(f"{service}#{name}").definition)["StartAt"] == "A"


def test_machines_have_to_be_named(service):
    with pytest.raises(TemplateProblem, match="there are 2 state machines in it"):
        find(service)


def test_functions(service, tmp_path):
    price, charge = load(service).functions
    assert (price.logical_id, price.name) == ("PriceLambdaFunction", "shop-dev-price")
    assert (price.runtime, price.handler, price.timeout, price.memory) == (
        "python3.12",
        "src/price.handler",
        9,
        1024,
    )
    assert price.environment == {"TABLE": "orders-dev", "HOME_TOWN": "Ghent", "LIMIT": "5"}
    assert price.code.resolve() == tmp_path.resolve()
    assert (charge.logical_id, charge.name) == ("ChargeDashcardLambdaFunction", "charge-dev")
    assert (charge.runtime, charge.timeout) == ("nodejs22.x", 6)


def test_options_and_environment(service, monkeypatch):
    monkeypatch.setenv("TOWN", "Bruges")
    price = load(service, {"stage": "prod"}).functions[0]
    assert price.environment == {"TABLE": "orders-prod", "HOME_TOWN": "Bruges", "LIMIT": "50"}
    assert price.name == "shop-prod-price"


def write_service(tmp_path, result):
    text = f"""
        service: s
        provider: {{name: aws, runtime: python3.13}}
        custom: {{a: "${{self:custom.b}}", b: "${{self:custom.a}}", map: {{x: 1}}}}
        functions:
          f: {{handler: h.f, environment: {{X: "${{ssm:/secret}}"}}}}
        stepFunctions:
          stateMachines:
            m:
              definition:
                StartAt: P
                States:
                  P: {{Type: Pass, Result: "{result}", End: true}}
        """
    return write(tmp_path, "serverless.yml", text)


@pytest.mark.parametrize(
    "variable",
    ["${ssm:/a/b}", "${self:custom.nobody}", "${opt:colour}", "${env:NO_SUCH_VARIABLE}",
     "${file(nowhere.yml)}", "${cf:stack.output}", "${self:custom.a}"],
)  # fmt: skip
def test_variables_that_are_not_known_are_named(tmp_path, variable):
    path = write_service(tmp_path, variable)
    with pytest.raises(TemplateProblem) as caught:
        find(path)
    (problem,) = [each for each in caught.value.problems if "is not known here" in each.message][:1]
    assert problem.message.startswith(variable)
    assert ("give it with --parameter '" in problem.message) == ("custom.a" not in variable)
    assert problem.place.line == 12
    assert problem.logical_id == "MStepFunctionsStateMachine"


def test_variables_that_are_given(tmp_path):
    path = write_service(tmp_path, "${ssm:/a/b} ${opt:colour}")
    found = find(path, {"ssm:/a/b": "1", "colour": "red"})
    assert json.loads(found.definition)["States"]["P"]["Result"] == "1 red"


def test_a_function_with_an_unknown_variable_keeps_nobody_else_from_running(tmp_path):
    path = write_service(tmp_path, "ok")
    assert find(path).problems == ()
    (function,) = load(path).functions
    assert [each.message.split(" is ")[0] for each in function.errors] == ["${ssm:/secret}"]


def test_an_object_within_a_text(tmp_path):
    with pytest.raises(TemplateProblem, match="is no text, and stands within one"):
        find(write_service(tmp_path, "x ${self:custom.map}"))


def test_a_service_without_machines(tmp_path):
    path = write(tmp_path, "serverless.yml", "service: s\nprovider: {name: aws}\n")
    with pytest.raises(TemplateProblem, match="there is no state machine in it"):
        find(path)


@pytest.mark.parametrize(
    "text",
    ["stepFunctions: 1", "stepFunctions: {stateMachines: [1]}", "stepFunctions: {stateMachines: {a: 1}}",
     "functions: [1]", "functions: {a: 1}", "resources: [1, {Resources: 2}]", "provider: 1"],
)  # fmt: skip
def test_odd_services(tmp_path, text):
    own = "" if text.startswith("provider") else "provider: {name: aws}\n"
    assert load(write(tmp_path, "serverless.yml", f"service: s\n{own}{text}\n")).machines == ()


def test_variables_that_unfold_to_very_much(tmp_path):
    chain = "".join(f"  v{n}: ${{self:custom.v{n + 1}}}${{self:custom.v{n + 1}}}\n" for n in range(40))
    text = f"service: ${{self:custom.v0}}\nprovider: {{name: aws}}\ncustom:\n{chain}  v40: abcdefgh\n"
    with pytest.raises(TemplateProblem, match="the variables unfold to too much"):
        load(write(tmp_path, "serverless.yml", text))
