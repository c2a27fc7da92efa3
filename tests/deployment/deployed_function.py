"""The skill's function in the world's AWS account, as far as moto has one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import boto3
from werkzeug.wrappers import Request, Response

from simulator.wire import Fault
from simulator.world import SKILL_ID, World


def deployed_function(
    world: World, *, timeout: int = 7, skills: Sequence[str | None] = (SKILL_ID,)
) -> str:
    """Deploy one with the world's settings; gives its ARN.

    Args:
        skills: who may call it; None among them lets every skill.
    """
    role = boto3.client("iam").create_role(RoleName="skill", AssumeRolePolicyDocument="{}")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("lambda_function.py", "")
    function = boto3.client("lambda").create_function(
        FunctionName="skill",
        Runtime="python3.13",
        Handler="lambda_function.lambda_handler",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": code.getvalue()},
        Timeout=timeout,
        Environment={"Variables": world.settings},
    )
    arn = str(function["FunctionArn"])
    if skills:
        world.wires["aws"].begin("policy", _policy(arn, skills))
    return arn


def _policy(arn: str, skills: Sequence[str | None]) -> Fault:
    """A function's policy as Lambda writes it; moto's would leave out the skill."""
    statements = [_statement(arn, skill) for skill in skills]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})

    def answer(request: Request) -> Response | None:
        if request.path != f"/2015-03-31/functions/{arn}/policy":
            return None
        return Response(json.dumps({"Policy": policy}), mimetype="application/json")

    return answer


def _statement(arn: str, skill: str | None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "alexa-appkit.amazon.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": arn,
    }
    if skill:
        statement["Condition"] = {"StringEquals": {"lambda:EventSourceToken": skill}}
    return statement
