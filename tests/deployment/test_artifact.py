"""The built artifact answers: under AWS's own runtime client, with the world around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from simulator.script import Stage, parse
from simulator.web_door import HttpApi
from simulator.wire import Call, Server
from simulator.world import World
from tests.deployment.build import LAMBDA_PYTHON, ROOT
from tests.deployment.local_lambda import HELD, Lambda, Runnable
from tests.deployment.runtime_api import Function, FunctionError
from tests.deployment.template_checks import Json, allowed_actions

CONVERSATIONS = ROOT / "tests" / "conversations"


@pytest.fixture
def aws(runnable: Runnable, world: World, stack: Json) -> Lambda:
    return Lambda(runnable, world, stack)


@pytest.fixture
def skill(aws: Lambda, world: World) -> Iterator[Function]:
    with aws.start("SkillFunction") as function:
        function.wait_until_ready()
        world.function.handler = function
        yield function


def play(world: World, script: str) -> None:
    """Raises MismatchError where the talk does not go as written."""
    stage = Stage(world, CONVERSATIONS)
    for step in parse((CONVERSATIONS / f"{script}.txt").read_text("utf-8")):
        stage.perform(step)


def test_it_runs_on_lambdas_python_if_that_is_here(runnable: Runnable) -> None:
    """Where it is not, everything below proves less, and says so here."""
    if runnable.machine.version != LAMBDA_PYTHON:
        pytest.skip(
            f"no Python {LAMBDA_PYTHON} on this machine: the artifact was built for, and ran "
            f"on, {runnable.machine.version}"
        )
    compiled = list((runnable.artifacts.folder / "SkillFunction").rglob("*.cpython-313.pyc"))
    assert compiled


@pytest.mark.usefixtures("skill")
def test_the_skill_answers_a_launch_and_links(world: World) -> None:
    world.say("open pizza on demand")
    assert world.echo.turns[-1].card == {"type": "LinkAccount"}

    world.sign_in("ada")
    world.say("open pizza on demand")
    assert "Ada" in (world.echo.turns[-1].alexa or "")  # A deployed skill varies its greetings.


def test_the_skill_takes_an_order_and_its_code(world: World, skill: Function) -> None:
    play(world, "order")

    assert not [record for record in skill.logs if record.get("level") == "ERROR"]


def actions(calls: list[Call]) -> set[str]:
    """What calls of AWS need to be allowed."""
    services = {"DynamoDB": "dynamodb", "SES": "ses", "SNS": "sns"}
    named = (call.name.split(" ") for call in calls if call.service == "aws")
    return {f"{services.get(service, service)}:{operation}" for service, operation in named}


@pytest.mark.usefixtures("skill")
def test_an_order_needs_nothing_that_the_skill_may_not_do(world: World, stack: Json) -> None:
    play(world, "order")

    needed = actions([call for turn in world.echo.turns for call in turn.calls])
    assert {"secretsmanager:GetSecretValue", "dynamodb:PutItem", "ses:SendEmail"} <= needed
    assert needed <= allowed_actions(stack, "SkillFunction")


def test_a_record_is_json_with_all_that_was_said_of_it(world: World, skill: Function) -> None:
    world.say("open pizza on demand")

    [turn] = [record for record in skill.logs if record.get("message") == "turn"]
    assert turn["level"] == "INFO"
    assert turn["logger"] == "pizza_on_demand.voice.door"
    assert turn["request"] == "LaunchRequest"
    assert turn["took_ms"] >= 0
    assert turn["requestId"]
    assert turn["moment"] == "first_visit_unlinked"


def test_no_secret_is_in_the_log(world: World, skill: Function) -> None:
    play(world, "order")

    logged = json.dumps(skill.logs)
    for setting in HELD.values():
        assert world.settings[setting] not in logged


def test_the_page_answers(aws: Lambda) -> None:
    with aws.start("WebFunction") as function:
        server = Server(HttpApi(function))
        try:
            page = requests.get(f"{server.origin}/privacy", timeout=30)
            signing_in = requests.get(f"{server.origin}/", timeout=30, allow_redirects=False)
        finally:
            server.close()

    assert page.status_code == 200
    assert "Pizza on Demand" in page.text
    assert signing_in.status_code < 500


def test_the_live_door_refuses_who_has_no_ticket(aws: Lambda) -> None:
    event = {
        "requestContext": {"routeKey": "$connect", "connectionId": "abc="},
        "multiValueHeaders": {"Sec-WebSocket-Protocol": ["orders, made-up"]},
    }
    with aws.start("LiveFunction") as function:
        assert function(event) == {"statusCode": 401}


def test_the_live_door_takes_changes_of_orders(aws: Lambda) -> None:
    change = {
        "eventName": "MODIFY",
        "dynamodb": {
            "Keys": {"pk": {"S": "customer#auth0|ada"}, "sk": {"S": "order#00000001"}},
            "SequenceNumber": "111",
        },
    }
    with aws.start("LiveFunction") as function:
        assert function({"Records": [change]}) == {"batchItemFailures": []}


OWED = """
app: link ada
user: ask pizza on demand to get me a small pizza with bacon
user: yes
mail: ada@example.com *
fault: mail refused
user: {code}
alexa: Done: * it will follow *
fault: none
"""


@pytest.mark.usefixtures("skill")
def test_a_receipt_that_the_skill_could_not_send_is_sent_by_the_sweep(
    aws: Lambda, world: World, stack: Json
) -> None:
    stage = Stage(world)
    for step in parse(OWED):
        stage.perform(step)
    with aws.start("SweepFunction") as function:
        world.cloud.wire.calls = calls = list[Call]()
        assert function({}) == {"sent": 1, "failed": 0, "given_up": 0}

    assert "receipt" in world.mailbox.to("ada@example.com")[-1].subject
    assert {"dynamodb:Query", "dynamodb:PutItem", "ses:SendEmail"} <= actions(calls)
    assert actions(calls) <= allowed_actions(stack, "SweepFunction")


def test_with_snapstart_everything_is_read_before_the_picture(aws: Lambda, world: World) -> None:
    with aws.start("SkillFunction", snap_start=True) as function:
        world.cloud.wire.calls = calls = list[Call]()
        assert function.pictured.wait(30), function.logs
        read = [call.name for call in calls]
        function.restore()
        world.function.handler = function
        world.say("open pizza on demand")

        assert read == ["secretsmanager GetSecretValue"] * len(aws.secrets_of("SkillFunction"))
        assert world.spoken
        assert "Welcome to Pizza on Demand" in (world.spoken.alexa or "")
        assert "secretsmanager GetSecretValue" not in [c.name for c in world.spoken.calls]


@pytest.mark.parametrize("snap_start", [False, True], ids=["on demand", "SnapStart"])
def test_a_secret_that_is_not_there_is_named_and_the_customer_hears_a_sentence(
    aws: Lambda, world: World, snap_start: bool
) -> None:
    aws.forget("LinkKeys")
    with aws.start("SkillFunction", snap_start=snap_start) as function:
        function.restore()
        world.function.handler = function
        world.say("open pizza on demand")

        assert world.spoken
        assert not world.spoken.own
        [record] = [record for record in function.logs if record.get("level") == "ERROR"]
        assert record["problems"] == ["LINK_KEYS is missing"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import there_is_no_such_module", "not imported: .*there_is_no_such_module"),
        ("def handler(event, context): raise ValueError('oops')", "ValueError: oops"),
        ("import time\ndef handler(event, context): time.sleep(60)", "no answer within"),
    ],
    ids=["import", "exception", "timeout"],
)
def test_a_function_that_fails_does_not_pass_for_one_that_answers(
    runnable: Runnable, tmp_path: Path, source: str, why: str
) -> None:
    """The stand-in for Lambda can fail too."""
    (tmp_path / "broken.py").write_text(source)

    with (
        Function(
            tmp_path, "broken.handler", python=runnable.python, environment={}, timeout=1
        ) as broken,
        pytest.raises(FunctionError, match=why),
    ):
        broken({})
