"""simulate: tasks that were begun elsewhere and are looked after until they end."""

import pytest

import asl
from asl.handlers import Answer, Follow
from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded

SYNC = "arn:aws:states:::glue:startJobRun.sync"


def machine(**fields):
    return {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": SYNC, "End": True, **fields}}}


class Job:
    """A runner whose task ends at the look of a number, looked after every five seconds."""

    def __init__(self, looks, end=TaskSucceeded):
        self.left, self.end = looks, end
        self.looked, self.cancelled = [], 0

    def run(self, task, now):
        self.task = task
        return Answer((TaskSubmitted(task.id, {"JobRunId": "j"}),), 1.0, self._follow())

    def _follow(self):
        return Follow(self._look, 5.0, cancel=self._cancel)

    def _look(self, now):
        self.looked.append(now)
        self.left -= 1
        if self.left:
            return Answer((), follow=self._follow())
        return Answer((self.end(self.task.id, "done"),))

    def _cancel(self):
        self.cancelled += 1


def test_a_followed_task_ends_when_a_look_says_so():
    job = Job(3)
    result = asl.simulate(machine(), handlers=job, start_time=0)
    assert (result.status, result.output) == ("SUCCEEDED", "done")
    assert job.looked == [6_000, 11_000, 16_000]
    assert [each["type"] for each in result.history][3:6] == ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert job.cancelled == 0


def test_a_followed_task_fails_with_the_error_of_the_look():
    result = asl.simulate(machine(), handlers=Job(2, TaskFailed))
    assert (result.status, result.error) == ("FAILED", "done")


@pytest.mark.parametrize("top", [{}, {"TimeoutSeconds": 12}], ids=["the task's", "the execution's"])
def test_a_followed_task_that_times_out_is_cancelled_once(top):
    job = Job(100)
    fields = {} if top else {"TimeoutSeconds": 12}
    result = asl.simulate({**machine(**fields), **top}, handlers=job, start_time=0)
    assert result.status == ("TIMED_OUT" if top else "FAILED")
    assert job.looked == [6_000, 11_000]
    assert job.cancelled == 1


def test_a_failing_sibling_cancels_it():
    job = Job(100)
    failing = {"W": {"Type": "Wait", "Seconds": 7, "Next": "F"}, "F": {"Type": "Fail"}}
    fails = {"StartAt": "W", "States": failing}
    both = {"Type": "Parallel", "Branches": [machine(), fails], "End": True}
    result = asl.simulate({"StartAt": "P", "States": {"P": both}}, handlers=job, start_time=0)
    assert (result.status, job.cancelled, job.looked) == ("FAILED", 1, [6_000])
