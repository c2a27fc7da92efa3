"""What must be true of the stack: small functions over the template as CloudFormation gets it.

Each gives what is wrong, in words; nothing for a stack that is fine. test_template.py
runs them on the real template, and on templates with a mistake in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Check = Callable[[Json], Iterator[str]]

ALEXA_WAITS = 8
"""Seconds."""

MOST_A_SECOND = 25
"""Requests: far more than a pizzeria has, and too few to be felt on the bill."""

SECRETS = re.compile(r"(.*_)?(KEYS?|SECRETS?|PASSWORDS?|TOKENS?)")
"""Names of settings that are secrets."""

_WIDE = re.compile(r"\*$|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*")
"""A whole service, or everything."""


def wildcards(stack: Json) -> Iterator[str]:
    """Every statement allows named actions on named resources of this stack."""
    for name, statement in _statements(stack):
        if statement["Effect"] != "Allow" or statement.keys() & {"NotAction", "NotPrincipal"}:
            yield f"{name} says what is not allowed, and so allows all else"
        if any("*" in action for action in _listed(statement.get("Action"))):
            yield f"{name} allows every action of a kind"
        texts = statement.get("Action") == "sns:Publish" and "NotResource" in statement
        if not texts and (
            not statement.get("Resource") or any(map(_is_wide, _listed(statement["Resource"])))
        ):
            yield f"{name} allows {statement.get('Action')} on every resource of a kind"


def texts_to_topics(stack: Json) -> Iterator[str]:
    """Whoever may publish may publish to phones only: they have no ARN, and all topics do."""
    for name, statement in _statements(stack):
        if "sns:Publish" in _listed(statement.get("Action")) and (
            _text(statement.get("NotResource")) != "arn:${AWS::Partition}:sns:*:*:*"
        ):
            yield f"{name} may publish to topics"


def mail_as_anybody(stack: Json) -> Iterator[str]:
    """Mail goes out from the one address."""
    for name, statement in _statements(stack):
        mails = any(action.startswith("ses:") for action in _listed(statement.get("Action")))
        one = {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
        if mails and statement.get("Condition") != one:
            yield f"{name} may send mail as anybody"


def foreign_policies(stack: Json) -> Iterator[str]:
    """No role has a policy of Amazon's, which would allow things on every resource."""
    for name, role in _of(stack, "AWS::IAM::Role"):
        for arn in role.get("ManagedPolicyArns", []):
            if not (isinstance(arn, dict) and arn.get("Ref") in stack["Resources"]):
                yield f"{name} has the policy {_text(arn)}"


def strangers(stack: Json) -> Iterator[str]:
    """Only this skill, these APIs and this schedule call the functions."""
    callers = [permission for _, permission in _of(stack, "AWS::Lambda::Permission")]
    for permission in callers:
        named = {
            "alexa-appkit.amazon.com": permission.get("EventSourceToken") == {"Ref": "SkillId"},
            "apigateway.amazonaws.com": "SourceArn" in permission,
            "events.amazonaws.com": "SourceArn" in permission,
        }
        if not named.get(permission["Principal"]):
            yield f"whoever uses {permission['Principal']} may call a function"
    if not any(permission["Principal"].startswith("alexa") for permission in callers):
        yield "Alexa may not call the skill"


def alias(stack: Json) -> Iterator[str]:
    """Alexa calls what was published."""
    for name, permission in _of(stack, "AWS::Lambda::Permission"):
        target = permission["FunctionName"].get("Ref", "")
        if permission["Principal"].startswith("alexa") and (
            stack["Resources"][target]["Type"] != "AWS::Lambda::Alias"
        ):
            yield f"{name} is for {target}, which is no alias"


def settings_published(stack: Json) -> Iterator[str]:
    """Another setting is another version: SAM alone publishes for changes of the text only."""
    [(name, version)] = _of(stack, "AWS::Lambda::Version")
    published = references(version.get("Description"))
    used = references(stack["Resources"]["SkillFunction"]["Properties"]["Environment"])
    for parameter in stack["Parameters"]:
        if parameter in used and parameter not in published:
            yield f"{name} stays as it is when {parameter} changes"


def plain_secrets(stack: Json) -> Iterator[str]:
    """No secret is a parameter, a variable, an output, or a text of the template."""
    for name, function in _functions(stack):
        for variable, value in function["Environment"]["Variables"].items():
            if SECRETS.fullmatch(variable) or "{{resolve:" in _text(value):
                yield f"{name} has the secret {variable} in its environment"
    for name in stack["Parameters"]:
        if SECRETS.fullmatch(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()):
            yield f"the secret {name} is a parameter"
    for name, secret in _of(stack, "AWS::SecretsManager::Secret"):
        if "SecretString" in secret:
            yield f"the template says what {name} is"
        elif (
            "GenerateSecretString" in secret
            and secret["GenerateSecretString"].get("SecretStringTemplate") != "{}"
        ):
            yield f"the template says a part of what {name} is"


def secrets_allowed(stack: Json) -> Iterator[str]:
    """A function may read the secrets that it is told of, and no other."""
    for name, function in _functions(stack):
        told = set(references(function["Environment"]["Variables"]["SECRET_ARNS"]))
        role = _role(stack, function)
        may = {
            reference
            for policy in role["Policies"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement.get("Action") == "secretsmanager:GetSecretValue"
            for reference in references(statement["Resource"])
        }
        for secret in sorted(told ^ may):
            yield f"{name} {'may not read' if secret in told else 'may read'} {secret}"


def late(stack: Json) -> Iterator[str]:
    """The skill gives up before Alexa does, and the page before its gateway does."""
    timeout = stack["Resources"]["SkillFunction"]["Properties"]["Timeout"]
    if timeout >= ALEXA_WAITS:
        yield f"the skill may take {timeout} s, and Alexa waits {ALEXA_WAITS}"
    page = stack["Resources"]["WebFunction"]["Properties"]["Timeout"]
    if page * 1000 >= stack["Resources"]["WebIntegration"]["Properties"]["TimeoutInMillis"]:
        yield "the gateway gives up on the order page first"


def other_machines(stack: Json, *, runtime: str = "python3.13") -> Iterator[str]:
    """Every function runs on what its artifact is built for."""
    for name, function in _functions(stack):
        if (function["Runtime"], function["Architectures"]) != (runtime, ["arm64"]):
            yield f"{name} runs on another Python or processor than it is built for"


def logs(stack: Json) -> Iterator[str]:
    """Each function logs JSON, from INFO on, into a group that forgets."""
    for name, function in _functions(stack):
        logging = function.get("LoggingConfig", {})
        if (logging.get("LogFormat"), logging.get("ApplicationLogLevel")) != ("JSON", "INFO"):
            yield f"{name} does not log JSON from INFO on"
        group = stack["Resources"].get(logging.get("LogGroup", {}).get("Ref"), {})
        if not group.get("Properties", {}).get("RetentionInDays"):
            yield f"{name} logs into a group that never forgets"


def table(stack: Json) -> Iterator[str]:
    """Orders survive mistakes, and forget themselves when they are due."""
    resource = stack["Resources"]["Table"]
    properties = resource["Properties"]
    wanted = {
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
        "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "owing",
                "KeySchema": [
                    {"AttributeName": "owes", "KeyType": "HASH"},
                    {"AttributeName": "receipt_due", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
    for name, value in wanted.items():
        if properties.get(name) != value:
            yield f"the table's {name} is not {json.dumps(value)}"
    if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
        yield "the table goes with its stack"


def stream(stack: Json) -> Iterator[str]:
    """The live door gets changes of orders as its docstring asks for them."""
    [(name, mapping)] = _of(stack, "AWS::Lambda::EventSourceMapping")
    [order] = [{"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "order#"}]}}}}]
    patterns = [
        json.loads(f["Pattern"]) for f in mapping.get("FilterCriteria", {}).get("Filters", [])
    ]
    if patterns != [order]:
        yield f"{name} gets other changes than those of orders"
    if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
        yield f"{name} cannot begin in the middle of a batch again"
    if mapping.get("MaximumRecordAgeInSeconds") != 60:
        yield f"{name} does not give up on old changes"


def schedule(stack: Json) -> Iterator[str]:
    """What is owed is swept every five minutes."""
    [(name, rule)] = _of(stack, "AWS::Events::Rule")
    [target] = rule["Targets"]
    if (rule["ScheduleExpression"], rule.get("State", "ENABLED")) != ("rate(5 minutes)", "ENABLED"):
        yield f"{name} does not call anybody every five minutes"
    if references(target["Arn"]) != ["SweepFunction"]:
        yield f"{name} calls something else than the sweep"


def failed_events(stack: Json) -> Iterator[str]:
    """What was called without waiting, and failed, is kept, encrypted."""
    configured = [config for _, config in _of(stack, "AWS::Lambda::EventInvokeConfig")]
    if not any(config.get("Qualifier") == "live" for config in configured):
        yield "events that fail are lost"
    for config in configured:
        target = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", {})
        queue = stack["Resources"].get(next(iter(references(target)), ""), {})
        if not queue.get("Properties", {}).get("SqsManagedSseEnabled"):
            yield "events that fail are not kept in an encrypted queue"


ALARMS = {
    ("AWS/Lambda", "Errors", "SkillFunction"),
    ("AWS/Lambda", "Throttles", "SkillFunction"),
    ("AWS/Lambda", "Duration", "SkillFunction"),
    ("AWS/Lambda", "Errors", "LiveFunction"),
    ("AWS/Lambda", "IteratorAge", "LiveFunction"),
    ("AWS/Lambda", "Invocations", "SweepFunction"),
    ("AWS/ApiGateway", "5xx", "WebApi"),
    ("AWS/SES", "Bounce", "MailEvents"),
    ("AWS/SES", "Complaint", "MailEvents"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "FailedEvents"),
    ("AWS::StackName", "Mistakes", ""),
    ("AWS::StackName", "Locks", ""),
    ("AWS::StackName", "LostReceipts", ""),
}


def alarms(stack: Json) -> Iterator[str]:
    """Somebody is told of everything that an operator must know."""
    found = set()
    for name, alarm in _of(stack, "AWS::CloudWatch::Alarm"):
        namespace = alarm["Namespace"]
        kind = namespace if isinstance(namespace, str) else namespace["Ref"]
        watched = references(alarm.get("Dimensions", [])) or [""]
        found.add((kind, alarm["MetricName"], watched[0]))
        if alarm.get("AlarmActions") != [{"Ref": "Alarms"}]:
            yield f"nobody is told of {name}"
    for kind, metric, about in sorted(ALARMS - found):
        yield f"there is no alarm for {kind} {metric} {about}".rstrip()


def late_alarms(stack: Json) -> Iterator[str]:
    """Turns are found to be slow before they are lost."""
    deadline_ms = stack["Resources"]["SkillFunction"]["Properties"]["Timeout"] * 1000
    for name, alarm in _of(stack, "AWS::CloudWatch::Alarm"):
        if alarm["MetricName"] == "Duration" and alarm["Threshold"] >= deadline_ms:
            yield f"{name} comes when turns are lost already"


def metrics_of_logs(stack: Json) -> Iterator[str]:
    """The metrics that alarms watch are made of every log that they should be."""
    made = {
        (transformation["MetricName"], log["LogGroupName"]["Ref"])
        for _, log in _of(stack, "AWS::Logs::MetricFilter")
        for transformation in log["MetricTransformations"]
        if transformation["MetricNamespace"] == {"Ref": "AWS::StackName"}
    }
    wanted = {("Mistakes", f"{door}Log") for door in ("Skill", "Web", "Live", "Sweep")}
    wanted |= {("Locks", f"{door}Log") for door in ("Skill", "Web")}
    wanted |= {("LostReceipts", "SweepLog")}
    for metric, log in sorted(wanted - made):
        yield f"{metric} are not counted in {log}"


def metrics_about_people(stack: Json) -> Iterator[str]:
    """Metrics that are made of logs count, and are not split by anything that a log names."""
    for name, log in _of(stack, "AWS::Logs::MetricFilter"):
        for transformation in log["MetricTransformations"]:
            if "Dimensions" in transformation or transformation["MetricValue"] != "1":
                yield f"{name} tells more than how often"


def floods(stack: Json) -> Iterator[str]:
    """Whoever asks too often is turned away by the gateway, before a function is paid for."""
    for name, stage in _of(stack, "AWS::ApiGatewayV2::Stage"):
        limits = stage.get("DefaultRouteSettings", {})
        if not (0 < limits.get("ThrottlingRateLimit", 0) <= MOST_A_SECOND):
            yield f"{name} takes as many requests as anybody sends"
        if not (0 < limits.get("ThrottlingBurstLimit", 0) <= 2 * MOST_A_SECOND):
            yield f"{name} takes as many requests at once as anybody sends"


def regions(stack: Json) -> Iterator[str]:
    """The stack refuses to come up where Alexa does not call Lambda."""
    here = {
        region
        for rule in stack.get("Rules", {}).values()
        for assertion in rule["Assertions"]
        for allowed, value in [assertion["Assert"].get("Fn::Contains", ([], None))]
        if value == {"Ref": "AWS::Region"}
        for region in allowed
    }
    if here != {"us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"}:
        yield "the stack comes up where Alexa does not call Lambda"


CHECKS: tuple[Check, ...] = (
    alarms,
    alias,
    failed_events,
    floods,
    foreign_policies,
    late,
    late_alarms,
    logs,
    mail_as_anybody,
    metrics_about_people,
    metrics_of_logs,
    other_machines,
    plain_secrets,
    regions,
    schedule,
    secrets_allowed,
    settings_published,
    strangers,
    stream,
    table,
    texts_to_topics,
    wildcards,
)


def allowed_actions(stack: Json, function: str) -> set[str]:
    """What a function may do, in its roles and the policies that they share."""
    role = _role(stack, stack["Resources"][function]["Properties"])
    shared = [
        stack["Resources"][reference["Ref"]]["Properties"]
        for reference in role.get("ManagedPolicyArns", [])
    ]
    return {
        action
        for policy in [*role["Policies"], *shared]
        for statement in _unconditional(policy["PolicyDocument"])
        for action in _listed(statement["Action"])
    }


def references(value: Any) -> list[str]:
    """The resources that an expression names, in its order."""
    if isinstance(value, list):
        return [name for part in value for name in references(part)]
    if not isinstance(value, Mapping):
        return []
    if "Ref" in value:
        return [value["Ref"]]
    if "Fn::GetAtt" in value:
        return [value["Fn::GetAtt"][0]]
    if "Fn::Sub" in value:
        text, *variables = _listed(value["Fn::Sub"])
        return [*re.findall(r"\$\{(\w+)[.}]", text), *references(variables)]
    return [name for part in value.values() for name in references(part)]


def _of(stack: Json, kind: str) -> Iterator[tuple[str, Json]]:
    for name, resource in stack["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _functions(stack: Json) -> Iterator[tuple[str, Json]]:
    return _of(stack, "AWS::Lambda::Function")


def _role(stack: Json, function: Json) -> Json:
    role: Json = stack["Resources"][function["Role"]["Fn::GetAtt"][0]]["Properties"]
    return role


def _statements(stack: Json) -> Iterator[tuple[str, Json]]:
    """Every statement of every policy, with where it stands; conditions are taken to hold."""
    for name, role in _of(stack, "AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            yield from ((name, s) for s in _unconditional(policy["PolicyDocument"]))
    for name, policy in _of(stack, "AWS::IAM::ManagedPolicy"):
        yield from ((name, s) for s in _unconditional(policy["PolicyDocument"]))


def _unconditional(document: Json) -> Iterator[Json]:
    for statement in document["Statement"]:
        yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_wide(resource: Any) -> bool:
    return bool(_WIDE.match(_text(resource)))


def _text(value: Any) -> str:
    """What is written, with references still in it."""
    if isinstance(value, Mapping) and "Fn::Sub" in value:
        return str(value["Fn::Sub"])
    return value if isinstance(value, str) else json.dumps(value)
