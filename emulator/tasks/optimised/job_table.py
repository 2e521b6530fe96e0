"""How the jobs of ``.sync`` tasks are asked after: a literal table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from asl.jsontypes import JSON


class Job(msgspec.Struct, frozen=True):
    """How to look after a job. The call that describes it is in `emulator.answers.POLLS`.

    In templates, a text that begins with ``$`` is a path: into the ``answer`` to the first call, the
    task's ``input``, or what was ``told`` of the job.

    Attributes:
        ask: The template of the describing call's parameters.
        state: The path of the job's state in what it tells.
        done: The states in which the job is done.
        failed: Those in which it has failed; in all others it goes on.
        result: The template of the task's result, or of the cause of its failure.
        gone: The error that says that there is nothing to describe any more, where that is the end.
        broken: Whether a job that is done has failed all the same.
        cancel: The operation that ends it, and the template of its parameters.
    """

    ask: Mapping[str, Any]
    state: str
    done: frozenset[str]
    failed: frozenset[str]
    result: Any = "$told"
    gone: str | None = None
    broken: Callable[[JSON], bool] | None = None
    cancel: tuple[str, Mapping[str, Any]] | None = None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _task_failed(told: JSON) -> bool:
    """Whether a stopped ECS task never began, or one of its containers ended with an error (inferred)."""
    task = told["Tasks"][0]
    codes = [each.get("ExitCode") for each in task.get("Containers", [])]
    return task.get("StopCode") == "TaskFailedToStart" or any(code not in (None, 0) for code in codes)


def _batch(of: str) -> Job:
    """A CodeBuild build, or a batch of them."""
    many = {"Build": "Builds", "BuildBatch": "BuildBatches"}[of]
    return Job(
        ask={"Ids": [f"$answer.{of}.Id"]},
        state=f"{many}.0.{of}Status",
        done=_words("SUCCEEDED"),
        failed=_words("FAILED FAULT STOPPED TIMED_OUT"),
        result={of: f"$told.{many}.0"},
        cancel=(f"Stop{of}", {"Id": f"$answer.{of}.Id"}),
    )


def _sagemaker(kind: str) -> Job:
    name = {f"{kind}Name": f"$input.{kind}Name"}
    return Job(
        name, f"{kind}Status", _words("Completed"), _words("Failed Stopped"), cancel=(f"Stop{kind}", name)
    )


def _made(kind: str, names: Mapping[str, str], failed: str) -> Job:
    """Something of EKS that is created."""
    return Job(names, f"{kind}.Status", _words("ACTIVE"), _words(failed))


def _deleted(kind: str, names: Mapping[str, str], failed: str) -> Job:
    """Something of EKS that is deleted."""
    gone = "ResourceNotFoundException"
    return Job(names, f"{kind}.Status", _words(""), _words(failed), gone=gone)


def _application(id_: str, done: str, failed: str, gone: str | None = None) -> Job:
    """An application of EMR Serverless."""
    return Job({"ApplicationId": id_}, "Application.State", _words(done), _words(failed), gone=gone)


_CLUSTER = {"Name": "$input.Name"}
_FARGATE = {"ClusterName": "$input.ClusterName", "FargateProfileName": "$input.FargateProfileName"}
_NODES = {"ClusterName": "$input.ClusterName", "NodegroupName": "$input.NodegroupName"}
_GLUE = {"JobName": "$input.JobName", "RunId": "$answer.JobRunId"}
_BREW = {"Name": "$input.Name", "RunId": "$answer.RunId"}
_VIRTUAL = {"Id": "$answer.Id", "VirtualClusterId": "$answer.VirtualClusterId"}
_SERVERLESS = {"ApplicationId": "$input.ApplicationId", "JobRunId": "$answer.JobRunId"}
_STEP = {"ClusterId": "$input.ClusterId", "StepId": "$answer.StepId"}

JOBS: Mapping[str, Job] = {
    "athena:startQueryExecution": Job(
        ask={"QueryExecutionId": "$answer.QueryExecutionId"},
        state="QueryExecution.Status.State",
        done=_words("SUCCEEDED"),
        failed=_words("FAILED CANCELLED"),
        cancel=("StopQueryExecution", {"QueryExecutionId": "$answer.QueryExecutionId"}),
    ),
    "batch:submitJob": Job(
        ask={"Jobs": ["$answer.JobId"]},
        state="Jobs.0.Status",
        done=_words("SUCCEEDED"),
        failed=_words("FAILED"),
        result="$told.Jobs.0",
        cancel=("TerminateJob", {"JobId": "$answer.JobId", "Reason": "The execution was aborted."}),
    ),
    "bedrock:createModelCustomizationJob": Job(
        ask={"JobIdentifier": "$answer.JobArn"},
        state="Status",
        done=_words("Completed"),
        failed=_words("Failed Stopped"),
        cancel=("StopModelCustomizationJob", {"JobIdentifier": "$answer.JobArn"}),
    ),
    "codebuild:retryBuildBatch": _batch("BuildBatch"),
    "codebuild:startBuild": _batch("Build"),
    "codebuild:startBuildBatch": _batch("BuildBatch"),
    "databrew:startJobRun": Job(
        ask=_BREW,
        state="State",
        done=_words("SUCCEEDED"),
        failed=_words("FAILED STOPPED TIMEOUT"),
        cancel=("StopJobRun", _BREW),
    ),
    "ecs:runTask": Job(
        ask={"Cluster": "$answer.Tasks.0.ClusterArn", "Tasks": ["$answer.Tasks.0.TaskArn"]},
        state="Tasks.0.LastStatus",
        done=_words("STOPPED"),
        failed=_words(""),
        result="$told.Tasks.0",
        broken=_task_failed,
        cancel=("StopTask", {"Cluster": "$answer.Tasks.0.ClusterArn", "Task": "$answer.Tasks.0.TaskArn"}),
    ),
    "eks:createCluster": _made("Cluster", _CLUSTER, "FAILED"),
    "eks:createFargateProfile": _made("FargateProfile", _FARGATE, "CREATE_FAILED"),
    "eks:createNodegroup": _made("Nodegroup", _NODES, "CREATE_FAILED"),
    "eks:deleteCluster": _deleted("Cluster", _CLUSTER, "FAILED"),
    "eks:deleteFargateProfile": _deleted("FargateProfile", _FARGATE, "DELETE_FAILED"),
    "eks:deleteNodegroup": _deleted("Nodegroup", _NODES, "DELETE_FAILED"),
    "elasticmapreduce:addStep": Job(
        ask=_STEP,
        state="Step.Status.State",
        done=_words("COMPLETED"),
        failed=_words("CANCELLED FAILED INTERRUPTED"),
        cancel=("CancelSteps", {"ClusterId": "$input.ClusterId", "StepIds": ["$answer.StepId"]}),
    ),
    "elasticmapreduce:createCluster": Job(
        ask={"ClusterId": "$answer.ClusterId"},
        state="Cluster.Status.State",
        done=_words("WAITING"),
        failed=_words("TERMINATED TERMINATED_WITH_ERRORS"),
        # The guide's examples go on with ClusterId, others with Cluster.Id: both are there.
        result={"Cluster": "$told.Cluster", "ClusterId": "$answer.ClusterId"},
        cancel=("TerminateJobFlows", {"JobFlowIds": ["$answer.ClusterId"]}),
    ),
    "elasticmapreduce:terminateCluster": Job(
        ask={"ClusterId": "$input.ClusterId"},
        state="Cluster.Status.State",
        done=_words("TERMINATED"),
        failed=_words("TERMINATED_WITH_ERRORS"),
    ),
    "emr-containers:deleteVirtualCluster": Job(
        ask={"Id": "$answer.Id"},
        state="VirtualCluster.State",
        done=_words("TERMINATED"),
        failed=_words("ARRESTED"),
        gone="ResourceNotFoundException",
    ),
    "emr-containers:startJobRun": Job(
        ask=_VIRTUAL,
        state="JobRun.State",
        done=_words("COMPLETED"),
        failed=_words("CANCELLED FAILED"),
        cancel=("CancelJobRun", _VIRTUAL),
    ),
    "emr-serverless:cancelJobRun": Job(
        ask=_SERVERLESS, state="JobRun.State", done=_words("CANCELLED"), failed=_words("FAILED SUCCESS")
    ),
    "emr-serverless:createApplication": _application("$answer.ApplicationId", "CREATED", "TERMINATED"),
    "emr-serverless:deleteApplication": _application(
        "$input.ApplicationId", "TERMINATED", "", "ResourceNotFoundException"
    ),
    "emr-serverless:startApplication": _application("$input.ApplicationId", "STARTED", "STOPPED TERMINATED"),
    "emr-serverless:startJobRun": Job(
        ask=_SERVERLESS,
        state="JobRun.State",
        done=_words("SUCCESS"),
        failed=_words("CANCELLED FAILED"),
        cancel=("CancelJobRun", _SERVERLESS),
    ),
    "emr-serverless:stopApplication": _application("$input.ApplicationId", "STOPPED", "TERMINATED"),
    "glue:startJobRun": Job(
        ask=_GLUE,
        state="JobRun.JobRunState",
        done=_words("SUCCEEDED"),
        failed=_words("ERROR EXPIRED FAILED STOPPED TIMEOUT"),
        result="$told.JobRun",
        cancel=("BatchStopJobRun", {"JobName": "$input.JobName", "JobRunIds": ["$answer.JobRunId"]}),
    ),
    "mediaconvert:createJob": Job(
        ask={"Id": "$answer.Job.Id"},
        state="Job.Status",
        done=_words("COMPLETE"),
        failed=_words("CANCELED ERROR"),
        cancel=("CancelJob", {"Id": "$answer.Job.Id"}),
    ),
    "sagemaker:createHyperParameterTuningJob": _sagemaker("HyperParameterTuningJob"),
    "sagemaker:createLabelingJob": _sagemaker("LabelingJob"),
    "sagemaker:createProcessingJob": _sagemaker("ProcessingJob"),
    "sagemaker:createTrainingJob": _sagemaker("TrainingJob"),
    "sagemaker:createTransformJob": _sagemaker("TransformJob"),
}
"""By the integration's service and action.

What results and causes hold is known from definitions that use them: a Glue, Batch or ECS job's own
members, CodeBuild's and Athena's inside one member; for the others it is all that the call tells.
"""
