"""template.yaml: what Amazon's own tools say of it, and what must not go missing from it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import template_checks
from tests.deployment.build import ROOT
from tests.deployment.template_checks import CHECKS, Check, Json
from tests.deployment.translator import TEMPLATE, Translator, run

Edit = Callable[[Json], object]


def test_sam_takes_the_template(sam_tools: Path) -> None:
    done = run(sam_tools / "sam", "validate")

    assert "is a valid SAM Template" in done.stdout, done.stderr


def test_the_linter_finds_nothing_in_the_template(sam_tools: Path) -> None:
    done = run(sam_tools / "sam", "validate", "--lint")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_finds_nothing_in_what_cloudformation_gets(
    sam_tools: Path, stack: Json, tmp_path: Path
) -> None:
    """It is not the same: a SnapStart that Lambda does not know is found only here."""
    translated = tmp_path / "stack.json"
    translated.write_text(json.dumps(stack))

    done = run(sam_tools / "cfn-lint", translated)

    assert done.returncode == 0, done.stdout


def test_every_exception_from_the_linter_has_its_reason() -> None:
    lines = TEMPLATE.read_text("utf-8").splitlines()
    ignored = [number for number, line in enumerate(lines) if "ignore_checks" in line]

    assert ignored
    for number in ignored:
        assert lines[number - 1].strip().startswith("#")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_stack_is_fine(check: Check, stack: Json) -> None:
    assert list(check(stack)) == []


def skill(template: Json) -> Json:
    return function(template, "SkillFunction")


def function(template: Json, name: str) -> Json:
    properties: Json = template["Resources"][name]["Properties"]
    return properties


def sweep(template: Json) -> Json:
    event: Json = function(template, "SweepFunction")["Events"]["EveryFewMinutes"]["Properties"]
    return event


def statements(template: Json, role: str) -> list[Json]:
    properties = template["Resources"][role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    [document] = documents or [properties["PolicyDocument"]]
    found: list[Json] = document["Statement"]
    return found


def granted(role: str, **statement: Any) -> Edit:
    return lambda t: statements(t, role).append({"Effect": "Allow", **statement})


def changed(resource: str, **properties: Any) -> Edit:
    return lambda t: t["Resources"][resource]["Properties"].update(properties)


def without(resource: str, *path: str) -> Edit:
    def edit(template: Json) -> None:
        inside = template["Resources"][resource]
        for name in path[:-1]:
            inside = inside[name]
        del inside[path[-1]]

    return edit


def gone(*resources: str) -> Edit:
    return lambda t: [t["Resources"].pop(resource) for resource in resources]


def variable(resource: str, name: str, value: Any) -> Edit:
    return lambda t: function(t, resource)["Environment"]["Variables"].update({name: value})


MISTAKES: Mapping[str, tuple[Check, Edit]] = {
    "a policy allows every action": (
        template_checks.wildcards,
        granted("SkillRole", Action="dynamodb:*", Resource={"Ref": "Table"}),
    ),
    "a policy allows an action on everything": (
        template_checks.wildcards,
        granted("LiveRole", Action=["dynamodb:Query"], Resource="*"),
    ),
    "a policy allows an action on everything of a service": (
        template_checks.wildcards,
        granted("WebRole", Action="sqs:SendMessage", Resource={"Fn::Sub": "arn:aws:sqs:eu:1:*"}),
    ),
    "a policy allows whatever it does not name": (
        template_checks.wildcards,
        granted("CounterPolicy", NotAction="iam:*", Resource={"Ref": "Table"}),
    ),
    "a policy allows an action wherever it is not forbidden": (
        template_checks.wildcards,
        granted("WebRole", Action="sqs:SendMessage", NotResource="arn:aws:sqs:eu:1:one"),
    ),
    "texts may go to topics": (
        template_checks.texts_to_topics,
        granted("CounterPolicy", Action="sns:Publish", Resource="arn:aws:sns:eu:1:topic"),
    ),
    "mail may come from anybody": (
        template_checks.mail_as_anybody,
        lambda t: statements(t, "CounterPolicy")[1].pop("Condition"),
    ),
    "a role has a policy of Amazon's": (
        template_checks.foreign_policies,
        changed("LiveRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
    ),
    "SAM writes the roles": (
        template_checks.foreign_policies,
        without("LiveFunction", "Properties", "Role"),
    ),
    "any skill may call": (
        template_checks.strangers,
        without("SkillFunction", "Properties", "Events", "Alexa", "Properties"),
    ),
    "Alexa may not call": (
        template_checks.strangers,
        without("SkillFunction", "Properties", "Events"),
    ),
    "any API may call": (
        template_checks.strangers,
        without("WebPermission", "Properties", "SourceArn"),
    ),
    "Alexa calls what is not published": (
        template_checks.alias,
        lambda t: [
            skill(t).pop(name)
            for name in (
                "AutoPublishAlias",
                "AutoPublishAliasAllProperties",
                "VersionDeletionPolicy",
            )
        ],
    ),
    "a setting is not published": (
        template_checks.settings_published,
        lambda t: (
            t["Parameters"].update(Mood={"Type": "String"})
            or variable("SkillFunction", "MOOD", {"Ref": "Mood"})(t)
        ),
    ),
    "no setting is published": (
        template_checks.settings_published,
        without("SkillFunction", "Properties", "VersionDescription"),
    ),
    "a secret is a variable": (
        template_checks.plain_secrets,
        variable("SkillFunction", "CODE_KEYS", "our own"),
    ),
    "a secret is resolved into a variable": (
        template_checks.plain_secrets,
        variable("WebFunction", "CODES", {"Fn::Sub": "{{resolve:secretsmanager:${CodeKeys}}}"}),
    ),
    "a secret is a parameter": (
        template_checks.plain_secrets,
        lambda t: t["Parameters"].update(Auth0WebClientSecret={"Type": "String"}),
    ),
    "a secret is in the template": (
        template_checks.plain_secrets,
        changed("Auth0WebSecret", SecretString='{"AUTH0_WEB_CLIENT_SECRET": "our own"}'),
    ),
    "a part of a secret is in the template": (
        template_checks.plain_secrets,
        lambda t: t["Resources"]["LinkKeys"]["Properties"]["GenerateSecretString"].update(
            SecretStringTemplate='{"CODE_KEYS": "our own"}'
        ),
    ),
    "a function may read a secret that it does not need": (
        template_checks.secrets_allowed,
        granted("LiveRole", Action="secretsmanager:GetSecretValue", Resource={"Ref": "CodeKeys"}),
    ),
    "a function may not read a secret that it needs": (
        template_checks.secrets_allowed,
        variable("LiveFunction", "SECRET_ARNS", {"Fn::Join": [",", [{"Ref": "LinkKeys"}]]}),
    ),
    "the skill takes longer than Alexa waits": (
        template_checks.late,
        changed("SkillFunction", Timeout=8),
    ),
    "the page takes longer than its gateway waits": (
        template_checks.late,
        changed("WebFunction", Timeout=29),
    ),
    "a function runs on another processor": (
        template_checks.other_machines,
        changed("WebFunction", Architectures=["x86_64"]),
    ),
    "a function runs on another Python": (
        template_checks.other_machines,
        changed("SkillFunction", Runtime="python3.12"),
    ),
    "logs are texts": (
        template_checks.logs,
        lambda t: t["Globals"]["Function"].pop("LoggingConfig"),
    ),
    "logs are never forgotten": (
        template_checks.logs,
        without("WebLog", "Properties", "RetentionInDays"),
    ),
    "the table cannot be restored": (
        template_checks.table,
        without("Table", "Properties", "PointInTimeRecoverySpecification"),
    ),
    "the table never forgets": (
        template_checks.table,
        changed("Table", TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True}),
    ),
    "nobody finds the receipts that are owed": (
        template_checks.table,
        without("Table", "Properties", "GlobalSecondaryIndexes"),
    ),
    "the sweep sleeps": (
        template_checks.schedule,
        lambda t: sweep(t).update(Schedule="rate(5 days)"),
    ),
    "the sweep is switched off": (
        template_checks.schedule,
        lambda t: sweep(t).update(Enabled=False),
    ),
    "lost receipts are not counted": (template_checks.metrics_of_logs, gone("LostReceipts")),
    "nobody notices that nothing is swept": (template_checks.alarms, gone("SweepMissingAlarm")),
    "the table goes with its stack": (template_checks.table, without("Table", "DeletionPolicy")),
    "pages that open are told of": (
        template_checks.stream,
        without("LiveFunction", "Properties", "Events", "Changes", "Properties", "FilterCriteria"),
    ),
    "failed events are lost": (
        template_checks.failed_events,
        without("SkillFunction", "Properties", "EventInvokeConfig"),
    ),
    "failed events are not encrypted": (
        template_checks.failed_events,
        without("FailedEvents", "Properties", "SqsManagedSseEnabled"),
    ),
    "there is no alarm for locks": (template_checks.alarms, gone("LocksAlarm")),
    "nobody is told of an alarm": (
        template_checks.alarms,
        without("BouncesAlarm", "Properties", "AlarmActions"),
    ),
    "the alarm for slow turns comes too late": (
        template_checks.late_alarms,
        changed("SkillSlowAlarm", Threshold=7000),
    ),
    "locks on the page are not counted": (template_checks.metrics_of_logs, gone("WebLocks")),
    "a metric is split by customer": (
        template_checks.metrics_about_people,
        lambda t: t["Resources"]["WebLocks"]["Properties"]["MetricTransformations"][0].update(
            Dimensions=[{"Key": "Customer", "Value": "$.sub"}]
        ),
    ),
    "the page takes any number of requests": (
        template_checks.floods,
        without("WebStage", "Properties", "DefaultRouteSettings"),
    ),
    "sockets open in any number at once": (
        template_checks.floods,
        changed("LiveStage", DefaultRouteSettings={"ThrottlingRateLimit": 25}),
    ),
    "the stack comes up anywhere": (template_checks.regions, lambda t: t.pop("Rules")),
}


@pytest.fixture(scope="session")
def mistaken(sam: Translator, template: Json) -> Mapping[str, Json]:
    """The stack with each of the mistakes, by the mistake's name."""
    templates = []
    for _, edit in MISTAKES.values():
        templates.append(copy.deepcopy(template))
        edit(templates[-1])
    return dict(zip(MISTAKES, sam.translated(templates), strict=True))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str, mistaken: Mapping[str, Json]) -> None:
    check, _ = MISTAKES[mistake]

    assert list(check(mistaken[mistake]))


def test_every_check_can_fail() -> None:
    assert {check for check, _ in MISTAKES.values()} == set(CHECKS)


NOT_IN_THE_STACK = {
    "MAIL_REGION": "mail goes out where the function is",
    "SMS_REGION": "so do texts",
}


def test_every_setting_has_its_place_in_the_stack(stack: Json) -> None:
    source = (ROOT / "lambda" / "pizza_on_demand" / "settings.py").read_text("utf-8")
    settings = set(re.findall(r'reader\.\w+\(\s*"([A-Z0-9_]+)"', source))
    variables = function(stack, "WebFunction")["Environment"]["Variables"]
    secrets = "".join(
        json.dumps(resource["Properties"])
        for resource in stack["Resources"].values()
        if resource["Type"] == "AWS::SecretsManager::Secret"
    )

    assert "LINK_KEYS" in settings
    placed = set(variables) | {name for name in settings if name in secrets}
    assert settings - placed == set(NOT_IN_THE_STACK)
    assert set(variables) - settings == {"SECRET_ARNS", "SECRETS_READ"}


LONG = {
    "Auth0Domain": "dev-0123456789abcdef.us.auth0.com",
    "Auth0Audience": "https://api.my-pizzeria.example.com",
    "Auth0AlexaClientId": "x" * 32,
    "Auth0BackendClientId": "x" * 32,
    "Auth0Scopes": "openid order:pizza",
    "MailFrom": "pizza@my-pizzeria.example.com",
    "WebDomain": "order.my-pizzeria.example.com",
    "Fulfilment": "delivery",
    "CodeSender": "auth0",
    "CodeLength": "8",
    "CodeMinutes": "15",
    "OrderMinutes": "1440",
    "Texts": "off",
    "PhoneFromMetadata": "off",
    "AlexaPin": "off",
    "Skill": "89ab",
    "SecretsRead": "261122",
}


def test_a_version_with_long_settings_has_a_description_that_lambda_takes(stack: Json) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html"""
    [version] = [r for r in stack["Resources"].values() if r["Type"] == "AWS::Lambda::Version"]
    text, variables = version["Properties"]["Description"]["Fn::Sub"]

    assert set(variables) == {"Skill"}
    assert len(re.sub(r"\$\{(\w+)\}", lambda name: LONG[name[1]], text)) <= 256


def test_what_is_counted_in_logs_is_logged(stack: Json) -> None:
    filters = [r for r in stack["Resources"].values() if r["Type"] == "AWS::Logs::MetricFilter"]
    patterns = {f["Properties"]["FilterPattern"] for f in filters}
    messages = {found[1] for p in patterns if (found := re.search(r'message = "(.+)"', p))}
    code = "".join(p.read_text("utf-8") for p in (ROOT / "lambda").rglob("*.py"))

    assert messages
    assert {message for message in messages if f'"{message}"' in code} == messages


def test_what_the_dashboard_shows_is_json(stack: Json) -> None:
    body = stack["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]

    assert len(widgets) == 6
