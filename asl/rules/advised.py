"""Every piece of advice: what AWS takes and runs, and what could cost less or stand more."""

from __future__ import annotations

from asl.diagnostics import ADVICE as CODE
from asl.rules.rule import Rule

LARGE_PAYLOAD = Rule(
    "ADV101",
    "keep what is large in S3 and pass its key on, or drop what no later state reads",
    CODE,
    "ADVICE",
)
RETRIES_MULTIPLY = Rule(
    "ADV102",
    "retry at one level only, with fewer MaxAttempts or a MaxDelaySeconds",
    CODE,
    "ADVICE",
)
POLLING = Rule("ADV103", "have the answer sent, by .sync or by a task token", CODE, "ADVICE")
PASS_CHAIN = Rule("ADV104", "let one state do it", CODE, "ADVICE")
ONE_BY_ONE = Rule("ADV105", "give several items to one execution", CODE, "ADVICE")
JOB_WITHOUT_LIMIT = Rule("ADV106", "set TimeoutSeconds: the default is a year", CODE, "ADVICE")
TRANSIENT_ERRORS = Rule(
    "ADV107",
    "retry Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException and "
    "Lambda.TooManyRequestsException",
    CODE,
    "ADVICE",
)
NOT_IDEMPOTENT = Rule(
    "ADV108",
    "do the work once for each context.idempotency_key, and give the first answer again",
    CODE,
    "ADVICE",
)

ADVICE: dict[str, Rule] = {
    each.code: each
    for each in (
        LARGE_PAYLOAD,
        RETRIES_MULTIPLY,
        POLLING,
        PASS_CHAIN,
        ONE_BY_ONE,
        JOB_WITHOUT_LIMIT,
        TRANSIENT_ERRORS,
        NOT_IDEMPOTENT,
    )
}
"""Every piece of advice by its code."""
