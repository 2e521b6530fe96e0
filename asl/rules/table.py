"""Every rule, in one table; a code is never given to another rule."""

from __future__ import annotations

from asl.diagnostics import (
    DUPLICATE_STATE_NAME,
    INVALID_JSON,
    INVALID_JSONATA,
    JSONATA_NOT_INSTALLED,
    MISSING_END_STATE,
    MISSING_TRANSITION_TARGET,
    PASS_RESULT_IS_STATIC,
    UNSUPPORTED_JSONATA,
)
from asl.diagnostics import (
    NO_DOLLAR as NO_DOLLAR_CODE,
)
from asl.rules.rule import Rule

# ------------------------------------------------------------------ the document

NOT_JSON = Rule(
    "ASL001",
    "a definition is JSON: objects with keys in double quotes, arrays, strings, numbers, true, false, null",
    INVALID_JSON,
)
NOT_AN_OBJECT = Rule("ASL002", "a definition is one JSON object with StartAt and States")
TOO_LARGE = Rule(
    "ASL003",
    "AWS takes a definition of up to 1 MiB; call other state machines for its parts",
    INVALID_JSON,
)
DUPLICATE_KEY = Rule("ASL004", "keep one of the two: of both, a parser takes the last and drops the other")
TOO_DEEP = Rule("ASL005", "nest less, or move a part into another state")

# ------------------------------------------------------------------ fields

REQUIRED = Rule("ASL101", "add what is missing")
UNKNOWN_FIELD = Rule("ASL102", "take it out, or check its spelling: names are case-sensitive")
WRONG_TYPE = Rule("ASL103", "give a value of the type that the field takes")
EMPTY = Rule("ASL104", "give it at least one element or character, or leave the field out")
OUT_OF_RANGE = Rule("ASL105", "give a number within the bounds")
TOO_LONG = Rule("ASL106", "shorten the text")
NOT_ONE_OF = Rule("ASL107", "choose one of the values listed")
STATE_TYPE = Rule("ASL108", "choose one of the eight types; they are case-sensitive")
ONLY_ONE_OF = Rule("ASL109", "keep one of these fields and take the others out")
ONE_OF_NEEDED = Rule("ASL110", "add one of these fields")
TIMESTAMP = Rule("ASL111", "write it like 2026-01-31T12:00:00Z")
END_IS_TRUE = Rule("ASL112", 'write "End": true, or name a Next state instead')
HEARTBEAT = Rule("ASL113", "make the heartbeat shorter than the time limit")
STATES_ALL = Rule("ASL114", "give States.ALL an entry of its own, and make that entry the last")
RULE_KIND = Rule("ASL115", "a choice rule is one test: Variable with an operator, And, Or, Not, or Condition")
ONE_OPERATOR = Rule("ASL116", "a Variable is compared by exactly one operator; join several by And")
FIELD_LANGUAGE = Rule("ASL117", "use the field's counterpart in this query language, or set QueryLanguage")
STATE_LANGUAGE = Rule("ASL118", "let the machine be JSONPath, and single states JSONata")

# ------------------------------------------------------------------ transitions

START_TARGET = Rule("ASL201", "StartAt names a state of its own block", MISSING_TRANSITION_TARGET)
TARGET = Rule("ASL202", "transitions never leave their own block of states", MISSING_TRANSITION_TARGET)
UNREACHABLE = Rule("ASL203", "let a state lead to it, or take it out", MISSING_TRANSITION_TARGET)
NO_END = Rule("ASL204", 'one state needs "End": true or the Type Succeed or Fail', MISSING_END_STATE)

# ------------------------------------------------------------------ names

DUPLICATE_STATE = Rule(
    "ASL301",
    "names are unique in the whole machine, also across branches and processors",
    DUPLICATE_STATE_NAME,
)
STATE_NAME = Rule("ASL302", "a state's name has 1 to 80 characters")
VARIABLE_NAME = Rule("ASL303", "a variable's name has 1 to 80 characters, and is not states")
VARIABLE_IDENTIFIER = Rule(
    "ASL304",
    "begin with a letter and use letters, digits and _ only, or it cannot be read",
    severity="WARNING",
)
VARIABLE_PART = Rule("ASL305", "assign the whole variable: parts of it cannot be set")
VARIABLE_SCOPE = Rule("ASL306", "choose another name in the inner block", severity="WARNING")
LABEL = Rule("ASL307", "use letters, digits, - and _")

# ------------------------------------------------------------------ paths, intrinsic functions, expressions

PATH = Rule("ASL401", "a path begins with $: $.order.id, $$.Execution.Id or $variable")
REFERENCE_PATH = Rule("ASL402", "name one place: $.a.b or $.list[0]")
TEMPLATE_ENTRY = Rule("ASL403", "a field ending in .$ holds a path or a call of an intrinsic function")
TEMPLATE_KEY = Rule("ASL404", "keep one of the two: .$ is dropped from the name when the value is computed")
NOT_TEXT = Rule("ASL405", "use a function that gives a string, such as States.Format")
PATH_AT_RUN_TIME = Rule(
    "ASL406",
    "write another path: AWS takes this one, and the execution fails when it gets here",
    severity="WARNING",
)
DELIMITERS = Rule("ASL411", "write {% expression %}, with nothing outside")
JSONATA_SYNTAX = Rule("ASL412", "mend the expression; AWS runs JSONata 2.0.6", INVALID_JSONATA)
JSONATA_UNSUPPORTED = Rule("ASL413", "read the state's data by $states.input", UNSUPPORTED_JSONATA)

# ------------------------------------------------------------------ tasks

RESOURCE = Rule("ASL501", "name a Lambda function ARN, an activity ARN or arn:aws:states:::service:action")
INTEGRATION = Rule(
    "ASL502", "choose an integration that Step Functions has, or arn:aws:states:::aws-sdk:service:action"
)
OTHER_SERVICE = Rule(
    "ASL503", "call it through an integration: arn:aws:states:::service:action", severity="WARNING"
)
ROLE_ARN = Rule("ASL504", "name the role to assume: RoleArn, or RoleArn.$ in JSONPath mode")

# ------------------------------------------------------------------ what Express cannot do

EXPRESS_SYNC = Rule("ASL601", "call request-response, or make the machine STANDARD")
EXPRESS_TOKEN = Rule("ASL602", "call request-response, or make the machine STANDARD")
EXPRESS_ACTIVITY = Rule("ASL603", "call a function or an integration, or make the machine STANDARD")
EXPRESS_DISTRIBUTED = Rule("ASL604", "use Mode INLINE, or make the machine STANDARD")

# ------------------------------------------------------------------ Map

NOT_DISTRIBUTED = Rule(
    "ASL701", 'set "ProcessorConfig": {"Mode": "DISTRIBUTED", ...} or take it out', severity="WARNING"
)
CSV_HEADERS = Rule("ASL702", "say FIRST_ROW, or GIVEN with CSVHeaders")
READER_FIELD = Rule("ASL703", "take it out, or change the InputType")
EXECUTION_TYPE = Rule("ASL704", 'say "ExecutionType": "STANDARD" or "EXPRESS"')

# ------------------------------------------------------------------ what AWS takes, and nobody wants

WAITS_FOR_EVER = Rule(
    "ASL801", "set TimeoutSeconds or HeartbeatSeconds: the default is a year", severity="WARNING"
)
NEVER_REPORTED = Rule("ASL802", "name an error that is reported, or take it out", severity="WARNING")
ANSWERED_BEFORE = Rule("ASL803", "put it before the entry that answers the same errors", severity="WARNING")
TOKEN_NOT_PASSED = Rule("ASL804", "pass the task token on, or nobody can answer the task", severity="WARNING")
NO_DOLLAR = Rule(
    "ASL805", "end the field's name in .$ to have the path read", NO_DOLLAR_CODE, severity="WARNING"
)
STATIC_RESULT = Rule(
    "ASL806", "use Parameters: Result is given on as it stands", PASS_RESULT_IS_STATIC, severity="WARNING"
)

# ------------------------------------------------------------------ this release

JSONATA_MISSING = Rule(
    "ASL902",
    "install it: pip install 'asl-emulator[jsonata]', or '.[jsonata]' in a checkout",
    JSONATA_NOT_INSTALLED,
    "WARNING",
)

RULES: dict[str, Rule] = {
    each.code: each
    for each in (
        NOT_JSON,
        NOT_AN_OBJECT,
        TOO_LARGE,
        DUPLICATE_KEY,
        TOO_DEEP,
        REQUIRED,
        UNKNOWN_FIELD,
        WRONG_TYPE,
        EMPTY,
        OUT_OF_RANGE,
        TOO_LONG,
        NOT_ONE_OF,
        STATE_TYPE,
        ONLY_ONE_OF,
        ONE_OF_NEEDED,
        TIMESTAMP,
        END_IS_TRUE,
        HEARTBEAT,
        STATES_ALL,
        RULE_KIND,
        ONE_OPERATOR,
        FIELD_LANGUAGE,
        STATE_LANGUAGE,
        START_TARGET,
        TARGET,
        UNREACHABLE,
        NO_END,
        DUPLICATE_STATE,
        STATE_NAME,
        VARIABLE_NAME,
        VARIABLE_IDENTIFIER,
        VARIABLE_PART,
        VARIABLE_SCOPE,
        LABEL,
        PATH,
        REFERENCE_PATH,
        TEMPLATE_ENTRY,
        TEMPLATE_KEY,
        NOT_TEXT,
        PATH_AT_RUN_TIME,
        DELIMITERS,
        JSONATA_SYNTAX,
        JSONATA_UNSUPPORTED,
        RESOURCE,
        INTEGRATION,
        OTHER_SERVICE,
        ROLE_ARN,
        EXPRESS_SYNC,
        EXPRESS_TOKEN,
        EXPRESS_ACTIVITY,
        EXPRESS_DISTRIBUTED,
        NOT_DISTRIBUTED,
        CSV_HEADERS,
        READER_FIELD,
        EXECUTION_TYPE,
        WAITS_FOR_EVER,
        NEVER_REPORTED,
        ANSWERED_BEFORE,
        TOKEN_NOT_PASSED,
        NO_DOLLAR,
        STATIC_RESULT,
        JSONATA_MISSING,
    )
}
"""Every rule by its code."""
