"""Deploys the stack for real, to a CloudFormation on this machine, and orders a pizza through it.

    python -m tests.deployment.deploy_locally

`sam build`, `sam deploy` and every call after them are the real ones; what answers is ministack,
a local AWS. It listens on all interfaces and cannot be told otherwise, so it runs in a network
namespace of its own that has nothing but loopback (Linux only). It is young, and nobody's proof
of what Amazon does: that is why this is run by hand, and no part of the tests.
"""

from __future__ import annotations

import json
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import requests

from simulator.mailbox import Mail
from simulator.script import findings
from simulator.wire import free_port
from simulator.world import AUDIENCE, SKILL_ID, World
from tests.deployment.build import ROOT, build_for, this_machine
from tests.deployment.python_tools import environment, environment_with
from tests.deployment.translator import Translator

STACK = "pizza-on-demand"
STARTS_WITHIN = 60.0
"""Seconds."""


def main() -> None:
    """Build with the network, then go on without it."""
    machine = this_machine()
    sam_tools = environment_with("sam", of=Path(sys.executable))
    ministack = environment_with("ministack", of=machine.python)
    with tempfile.TemporaryDirectory() as folder:
        build_for(machine, sam_tools, Path(folder))
        _adapt(Path(folder) / "template.yaml", sam_tools)
        step(f"built for Python {machine.version} and this machine")
        command = [
            *("unshare", "--user", "--map-root-user", "--net"),
            *("sh", "-c", 'ip link set lo up && exec "$@"', "sh"),
            *(sys.executable, "-m", "tests.deployment.deploy_locally", "inside"),
            *(str(sam_tools), str(ministack), folder),
        ]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def _adapt(template: Path, sam_tools: Path) -> None:
    """Let in what is different here: a tenant without https, and an AWS without deployments
    of WebSocket APIs, which also makes secrets with whatever punctuation is not listed."""
    adapted = Translator(sam_tools).parsed(template)
    del adapted["Parameters"]["Auth0Domain"]["AllowedPattern"]
    del adapted["Resources"]["LiveDeployment"]
    del adapted["Resources"]["LiveStage"]["Properties"]["DeploymentId"]
    for name in ("LinkKeys", "CodeKeys", "SessionKeys"):
        how = adapted["Resources"][name]["Properties"]["GenerateSecretString"]
        how["ExcludeCharacters"] = string.punctuation
    template.write_text(json.dumps(adapted), "utf-8")


def inside(sam_tools: Path, ministack: Path, built: Path) -> None:
    """What happens where there is no network."""
    with local_aws(ministack) as aws, World() as world:
        stack = Stack(aws, sam_tools, built, world)
        stack.deploy(Fulfilment="pickup")
        step("created")
        first = stack.published()
        stack.put_secret()
        order(world, stack, "pick it up")
        step(f"ordered a pizza through version {first} of the alias")
        stack.deploy(Fulfilment="delivery")
        second = stack.published()
        expect(second != first, "an update publishes a new version")
        step(f"updated: the alias leads to version {second}")
        order(world, stack, "to your door")
        step("ordered a pizza to be delivered")


def step(said: str) -> None:
    """Say what has been done."""
    print(f"{time.strftime('%H:%M:%S')}  {said}", flush=True)  # noqa: T201 - a command prints


def expect(holds: bool, claim: str) -> None:
    """End here, and say so, if a claim does not hold."""
    if not holds:
        sys.exit(f"not so: {claim}")


@contextmanager
def local_aws(ministack: Path) -> Iterator[str]:
    """The origin of a fresh AWS."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [ministack / "ministack"],
        env=environment(GATEWAY_PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(origin)
        yield origin
    finally:
        process.kill()
        process.wait()


def _wait_for(origin: str) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            requests.get(origin, timeout=1)
        except requests.RequestException:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


class Stack:
    """The stack in the local AWS, set up for a world's tenant."""

    def __init__(self, aws: str, sam_tools: Path, built: Path, world: World) -> None:
        self.aws = aws
        self._sam = sam_tools / "sam"
        self._built = built
        self._world = world

    def client(self, service: Any) -> Any:
        """A client of the local AWS."""
        return boto3.client(service, endpoint_url=self.aws)

    def deploy(self, **parameters: str) -> None:
        """Run `sam deploy`, to create the stack or to change it."""
        given = {
            "SkillId": SKILL_ID,
            "Auth0Domain": self._world.tenant_origin,
            "Auth0Audience": AUDIENCE,
            "Auth0AlexaClientId": self._world.alexa.client_id,
            "Auth0WebClientId": self._world.order_page.client_id,
            "MailFrom": "pizza@pizza-on-demand.example",
            "MailIdentity": "pizza-on-demand.example",
            **parameters,
        }
        done = subprocess.run(
            [
                *(self._sam, "deploy", "--no-confirm-changeset", "--no-progressbar"),
                *("--template-file", self._built / "template.yaml"),
                *("--config-file", ROOT / "samconfig.toml"),
                "--parameter-overrides",
                *(f"{name}={value}" for name, value in given.items()),
            ],
            env=environment(
                AWS_ENDPOINT_URL=self.aws,
                AWS_ACCESS_KEY_ID="local",
                AWS_SECRET_ACCESS_KEY="local",
            ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)

    def output(self, name: str) -> str:
        """An output of the stack."""
        [stack] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return str({o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}[name])

    def published(self) -> str:
        """The version that the alias leads to."""
        arn = self.output("SkillEndpoint")
        function, _, alias = arn.rpartition(":")
        found = self.client("lambda").get_alias(FunctionName=function, Name=alias)
        return str(found["FunctionVersion"])

    def put_secret(self) -> None:
        """Give the secret of the page's application, which the stack cannot know."""
        value = json.dumps({"AUTH0_WEB_CLIENT_SECRET": self._world.order_page.client_secret})
        self.client("secretsmanager").put_secret_value(
            SecretId=self.output("Auth0WebSecretArn"), SecretString=value
        )

    def invoke(self, event: Any, _context: object = None) -> Any:
        """What the alias answers, as Alexa asks it."""
        answer = self.client("lambda").invoke(
            FunctionName=self.output("SkillEndpoint"), Payload=json.dumps(event)
        )
        return json.loads(answer["Payload"].read())

    def mails(self) -> list[Mail]:
        """What SES was asked to send, the newest last."""
        sent = requests.get(f"{self.aws}/_ministack/ses/messages", timeout=10).json()
        return [
            Mail(
                id=mail["MessageId"],
                at=datetime.now(UTC),
                sender=mail["Source"],
                to=", ".join(mail["To"]),
                subject=mail["Subject"],
                text=mail["BodyText"],
                html=mail["BodyHtml"],
            )
            for account in sent["messages"].values()
            for mail in account
        ]


def order(world: World, stack: Stack, how: str) -> None:
    """Order a pizza by voice, with the code from the mail, and see its receipt come."""
    world.function.handler = stack.invoke
    world.sign_in("ada")
    say(world, "open pizza on demand")
    say(world, "get me a large pizza with pepperoni")
    say(world, "yes")
    done = say(world, findings(stack.mails()[-1])["code"])
    expect(done.startswith("Done: one large pizza with pepperoni") and how in done, done)
    receipt = stack.mails()[-1].subject
    expect("receipt" in receipt, f"the last mail is the receipt, and not “{receipt}”")


def say(world: World, words: str) -> str:
    """What Alexa answers."""
    world.say(words)
    answer = (world.spoken and world.spoken.alexa) or "(nothing)"
    step(f"  “{words}” – “{answer}”")
    return answer


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(*map(Path, sys.argv[2:]))
    else:
        main()
