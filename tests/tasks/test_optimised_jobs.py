import json
from collections.abc import Mapping

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from asl.elements.integrations import OPTIMISED
from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.answers import POLLS
from emulator.models import operation_name
from emulator.sdk_names import FIRST, SECOND
from emulator.tasks.optimised import emr as optimised_emr
from emulator.tasks.optimised.integration import service_of
from emulator.tasks.optimised.job_table import JOBS
from emulator.tasks.optimised.jobs import PATIENCE, filled, found
from emulator.tasks.sdk.values import Values
from emulator.tasks.table import resumption
from tests.tasks.reaching import ACCOUNT, REGION, Script, answered, called, refusal

# ------------------------------------------------------------------ the table


def test_every_action_that_waits_has_a_row():
    waiting = {
        f"{service}:{action}"
        for service, actions in OPTIMISED.items()
        for action, patterns in actions.items()
        if "sync" in patterns
    }
    assert waiting - JOBS.keys() == {"eks:runJob", "states:startExecution"}
    assert JOBS.keys() <= waiting
    assert POLLS.keys() - JOBS.keys() == {"states:startExecution"}
    for job in waiting:
        assert resumption(called(f"{job}.sync", {}, Script()).task) is not None
    for other in (
        "lambda:invoke",
        "http:invoke",
        "aws-sdk:sfn:startSyncExecution",
        "aws-sdk:sqs:sendMessage",
    ):
        assert resumption(called(other, {}, Script()).task) is None


def parts_of(job):
    service, _, action = job.partition(":")
    named = service_of(called(f"{service}:{action}.sync", {}, Script()))
    name = named.manner.service
    dialect = FIRST if named.manner.first else SECOND
    return ServiceModel(Loader().load_service_model(name, "service-2"), name), dialect


def paths(template):
    if isinstance(template, Mapping):
        return [path for each in template.values() for path in paths(each)]
    if isinstance(template, list):
        return [path for each in template for path in paths(each)]
    return [template[1:]] if isinstance(template, str) and template.startswith("$") else []


def leads(shape, names, dialect):
    """Whether a path leads through a shape."""
    for name in names:
        if name.isdigit():
            assert shape.type_name == "list"
            shape = shape.member
        else:
            members = {dialect.member(shape, each): member for each, member in shape.members.items()}
            assert name in members
            shape = members[name]
    return shape


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_row_fits_the_service_s_model(name):
    job, (model, dialect) = JOBS[name], parts_of(name)
    asked = [(POLLS[name], job.ask), *([job.cancel] if job.cancel else [])]
    known = {"answer": _anything(), "input": _anything()}
    for operation, template in asked:
        shape = model.operation_model(operation_name(model, operation)).input_shape
        faults = []
        Values(dialect).writer(shape)(filled(template, known), "", faults)
        assert not faults
    described = model.operation_model(POLLS[name]).output_shape
    states = leads(described, job.state.split("."), dialect)
    enum = states.metadata.get("enum")
    assert enum is None or job.done | job.failed <= set(enum)
    for path in paths(job.result):
        root, *names = path.split(".")
        if root == "told":
            leads(described, names, dialect)
    began = operation_name(model, name.partition(":")[2])
    if began is not None and name.partition(":")[2] not in optimised_emr.ACTIONS:
        begins = model.operation_model(began)
        for path in (path for _, template in asked for path in paths(template)):
            root, *names = path.split(".")
            leads(begins.output_shape if root == "answer" else begins.input_shape, names, dialect)


class _Anything(dict):
    def get(self, name, default=None):
        return "a" if name.endswith(("Arn", "Id", "Name")) else [self] if name == "Tasks" else self


def _anything():
    return _Anything(a=1)


def test_paths_that_lead_nowhere_are_left_out():
    known = {"answer": {"a": [{"b": 1}]}}
    assert found(known, "answer.a.0.b") == 1
    assert found(known, "answer.a.1.b") is None
    assert found(known, "answer.a.x") is None
    assert filled({"A": "$answer.a.0.b", "B": ["$answer.none"], "C": "$none", "D": "d"}, known) == {
        "A": 1,
        "B": [],
        "D": "d",
    }


# ------------------------------------------------------------------ a job's life

BEGUN = {"JobRunId": "r"}


def run(state, **more):
    return {"JobRun": {"Id": "r", "JobName": "j", "JobRunState": state, "StartedOn": 1767225600.5, **more}}


def glue(*answers, parameters=None):
    script = Script(BEGUN, *answers)
    answer = answered("glue:startJobRun.sync", parameters or {"JobName": "j"}, script)
    return script, answer


def test_a_job_is_asked_after_until_it_has_ended():
    script, answer = glue(run("RUNNING"), run("RUNNING"), run("SUCCEEDED"))
    (submitted,) = answer.signals
    assert isinstance(submitted, TaskSubmitted)
    assert submitted.output["JobRunId"] == "r"
    assert submitted.output["SdkResponseMetadata"] == {"RequestId": "id-1"}
    looks = 0
    while answer.follow is not None:
        answer = answer.follow.look(0)
        looks += 1
    assert looks == 3
    assert answer.signals == (
        TaskSucceeded(
            "1.0",
            {"Id": "r", "JobName": "j", "JobRunState": "SUCCEEDED", "StartedOn": 1767225600500},
        ),
    )
    assert script.asked == [
        ("StartJobRun", {"JobName": "j"}),
        *[("GetJobRun", {"JobName": "j", "RunId": "r"})] * 3,
    ]


@pytest.mark.parametrize("state", ["FAILED", "STOPPED", "TIMEOUT", "ERROR"])
def test_a_job_that_failed_fails_its_task_with_what_is_told_of_it(state):
    _, answer = glue(run(state, ErrorMessage="out of luck"))
    (signal,) = answer.follow.look(0).signals
    assert signal.error == "States.TaskFailed"
    assert json.loads(signal.cause)["ErrorMessage"] == "out of luck"
    assert next(iter(json.loads(signal.cause))) == "ErrorMessage"


def test_a_job_that_could_not_be_begun_is_not_looked_after():
    script = Script(refusal("ConcurrentRunsExceededException", "Too many."))
    answer = answered("glue:startJobRun.sync", {"JobName": "j"}, script)
    assert answer.follow is None
    assert answer.signals[0].error == "Glue.ConcurrentRunsExceededException"


def test_a_task_that_only_asks_is_done():
    answer = answered("glue:startJobRun", {"JobName": "j"}, Script(BEGUN))
    assert answer.follow is None
    assert isinstance(answer.signals[0], TaskSucceeded)


def test_a_service_that_is_busy_is_asked_again_and_not_for_ever():
    busy = refusal("ThrottlingException", status=400)
    _, answer = glue(*[busy] * PATIENCE, run("RUNNING"), busy, run("SUCCEEDED"))
    while answer.follow is not None:
        answer = answer.follow.look(0)
    assert isinstance(answer.signals[0], TaskSucceeded)
    _, answer = glue(*[refusal("Broken", status=500)] * (PATIENCE + 1))
    while answer.follow is not None:
        answer = answer.follow.look(0)
    assert answer.signals[0].error == "Glue.AWSGlueException"


def test_an_error_that_stays_ends_the_task_at_once():
    _, answer = glue(refusal("EntityNotFoundException"))
    answer = answer.follow.look(0)
    assert answer.follow is None
    assert answer.signals[0].error == "Glue.EntityNotFoundException"


def test_a_job_that_nobody_waits_for_is_ended():
    script, answer = glue({"SuccessfulSubmissions": []}, parameters={"JobName": "j"})
    answer.follow.cancel()
    assert script.asked[-1] == ("BatchStopJobRun", {"JobName": "j", "JobRunIds": ["r"]})


def test_that_it_cannot_be_ended_is_nobody_s_trouble():
    script, answer = glue(refusal("EntityNotFoundException"))
    answer.follow.cancel()
    assert script.answers == []


def test_a_job_is_found_again_by_what_its_first_call_answered():
    script = Script(run("SUCCEEDED"))
    call = called("glue:startJobRun.sync", {"JobName": "j"}, script)
    answer = resumption(call.task)(call, {**BEGUN, "SdkResponseMetadata": {"RequestId": "x"}})
    assert answer.signals == ()
    assert isinstance(answer.follow.look(0).signals[0], TaskSucceeded)
    assert script.asked == [("GetJobRun", {"JobName": "j", "RunId": "r"})]


@pytest.mark.parametrize("output", [None, "x", {}, [1], {"JobRunId": 5}])
def test_an_output_that_is_no_such_answer_ends_in_a_failure(output):
    call = called("glue:startJobRun.sync", {"JobName": "j"}, Script(refusal("EntityNotFoundException")))
    answer = resumption(call.task)(call, output)
    (signal,) = answer.follow.look(0).signals
    assert isinstance(signal, TaskFailed)


# ------------------------------------------------------------------ of other services


def through(resource, parameters, *answers):
    answer = answered(resource, parameters, Script(*answers))
    while answer.follow is not None:
        answer = answer.follow.look(0)
    return answer.signals[0]


def task(**more):
    return {"tasks": [{"taskArn": "t", "clusterArn": "c", "lastStatus": "STOPPED", **more}]}


@pytest.mark.parametrize(
    ("ended", "well"),
    [
        ({"stopCode": "EssentialContainerExited", "containers": [{"name": "a", "exitCode": 0}]}, True),
        ({"containers": [{"name": "a"}]}, True),
        ({"stopCode": "EssentialContainerExited", "containers": [{"name": "a", "exitCode": 3}]}, False),
        ({"stopCode": "TaskFailedToStart", "containers": []}, False),
    ],
)
def test_an_ecs_task_ends_as_its_containers_do(ended, well):
    running = {"tasks": [{"taskArn": "t", "clusterArn": "c", "lastStatus": "RUNNING"}]}
    signal = through("ecs:runTask.sync", {"TaskDefinition": "d"}, running, running, task(**ended))
    if well:
        assert signal.output["LastStatus"] == "STOPPED"
        assert signal.output["TaskArn"] == "t"
    else:
        assert signal.error == "States.TaskFailed"
        assert json.loads(signal.cause)["StopCode"] == ended["stopCode"]


def test_results_of_builds_and_queries_are_in_one_member():
    build = {"id": "b", "buildStatus": "SUCCEEDED"}
    signal = through("codebuild:startBuild.sync", {"ProjectName": "p"}, {"build": build}, {"builds": [build]})
    assert signal.output == {"Build": {"Id": "b", "BuildStatus": "SUCCEEDED"}}
    done = {"QueryExecution": {"QueryExecutionId": "q", "Status": {"State": "SUCCEEDED"}}}
    signal = through(
        "athena:startQueryExecution.sync", {"QueryString": "SELECT 1"}, {"QueryExecutionId": "q"}, done
    )
    assert signal.output == done


def test_an_emr_cluster_is_there_when_it_waits():
    starting = {"Cluster": {"Id": "j", "Status": {"State": "STARTING"}}}
    waiting = {"Cluster": {"Id": "j", "Status": {"State": "WAITING"}}}
    parameters = {"Name": "c", "Instances": {}}
    signal = through("elasticmapreduce:createCluster.sync", parameters, {"JobFlowId": "j"}, starting, waiting)
    assert signal.output == {**waiting, "ClusterId": "j"}


def test_what_is_deleted_is_gone():
    deleting = {"cluster": {"name": "c", "status": "DELETING"}}
    gone = refusal("ResourceNotFoundException", status=404)
    signal = through("eks:deleteCluster.sync", {"Name": "c"}, deleting, deleting, gone)
    assert signal == TaskSucceeded("1.0", {"Cluster": {"Name": "c", "Status": "DELETING"}})


def test_a_training_job_is_found_by_the_name_it_was_given():
    parameters = {
        "TrainingJobName": "n",
        "RoleArn": "arn:aws:iam::1:role/r" * 2,
        "OutputDataConfig": {"S3OutputPath": "s3://b"},
    }
    parameters |= {"ResourceConfig": {"VolumeSizeInGB": 1}, "StoppingCondition": {}}
    parameters |= {"AlgorithmSpecification": {"TrainingInputMode": "File"}}
    script = Script({"TrainingJobArn": "a"}, {"TrainingJobName": "n", "TrainingJobStatus": "Completed"})
    answer = answered("sagemaker:createTrainingJob.sync", parameters, script)
    (signal,) = answer.follow.look(0).signals
    assert signal.output == {"TrainingJobName": "n", "TrainingJobStatus": "Completed"}
    assert script.asked[1] == ("DescribeTrainingJob", {"TrainingJobName": "n"})


def test_a_glue_job_of_moto_s(services):
    services.client("glue", REGION, ACCOUNT).create_job(Name="j", Role="r", Command={"Name": "c"})
    answer = answered("glue:startJobRun.sync", {"JobName": "j"}, services)
    run_id = answer.signals[0].output["JobRunId"]
    for _ in range(5):
        if answer.follow is None:
            break
        answer = answer.follow.look(0)
    (signal,) = answer.signals
    assert (signal.output["Id"], signal.output["JobRunState"]) == (run_id, "SUCCEEDED")


def test_a_job_that_nothing_knows_of():
    call = called("athena:stopQueryExecution.sync", {}, Script())
    (signal,) = resumption(call.task)(call, {}).signals
    assert signal.error == "States.Runtime"
