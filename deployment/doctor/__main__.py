"""`python -m deployment.doctor`: look, say what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from deployment.account_linking import CONFIG, REQUEST, SECRET, AccountLinkingError, keywords
from deployment.account_linking import request_body as filled_in
from deployment.ask_cli import AskCliError, deployed_skill_id
from deployment.doctor import aws
from deployment.doctor.case import Case, Json, OneLink
from deployment.doctor.examination import examine
from deployment.doctor.report import as_json, is_healthy, table
from deployment.doctor.sign_in import REDIRECT_URL, BrowserSignIn
from deployment.doctor.world import world_case
from pizza_on_demand.settings import Reader

MANAGEMENT_TOKEN = "AUTH0_MANAGEMENT_TOKEN"  # noqa: S105 - the name of a variable


class DoctorError(Exception):
    """There is nothing to examine; the text says what is missing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine what the options say.

    Returns:
        0, 1 when something fails, 2 when there was nothing to examine.
    """
    options = _options(arguments)
    try:
        with _silence(), _case(options) as case:
            areas = examine(case)
    except DoctorError as error:
        print(error, file=sys.stderr)
        return 2
    width = shutil.get_terminal_size().columns
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(as_json(areas) if options.json else table(areas, width=width, coloured=coloured))
    return 0 if is_healthy(areas) else 1


@contextmanager
def _silence() -> Iterator[None]:
    """What the skill logs while its code is used here, the doctor says in other words."""
    logger = logging.getLogger("pizza_on_demand")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deployment.doctor",
        description=__doc__,
        epilog=f"{SECRET} and {MANAGEMENT_TOKEN} in the environment let it see more. Neither "
        "is ever printed.",
    )
    parser.add_argument("--world", action="store_true", help="examine a world, not a deployment")
    parser.add_argument(
        "--function",
        metavar="ARN",
        help="of the skill's function with its alias, as the stack's output SkillEndpoint: its "
        "settings are examined, and not those in the environment",
    )
    parser.add_argument(
        "--linking",
        type=Path,
        metavar="FILE",
        help="what “ask smapi get-account-linking-info” printed, and not what auth0/ would apply",
    )
    parser.add_argument("--client-id", help="of Alexa's application; AUTH0_CLIENT_ID if not given")
    parser.add_argument("--config", type=Path, default=CONFIG, help="with the keywords of a stage")
    parser.add_argument(
        "--link",
        action="store_true",
        help=f"link one account, to look at the tokens: allow {REDIRECT_URL} at Alexa's "
        "application for that time",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def _case(options: argparse.Namespace) -> AbstractContextManager[Case]:
    return world_case() if options.world else nullcontext(_deployment(options))


def _deployment(options: argparse.Namespace) -> Case:
    environment = _environment(options.function)
    origin = Reader(environment).origin("AUTH0_DOMAIN", needed=False) or ""
    given = {
        "AUTH0_DOMAIN": origin.removeprefix("https://"),
        "ALEXA_CLIENT_ID": options.client_id or environment.get("AUTH0_CLIENT_ID", ""),
    }
    values = keywords(options.config, {**os.environ, **environment}) | given
    return Case(
        environment=environment,
        linking=_linking(options.linking, values),
        keywords=values,
        skill_id=_skill_id(),
        alexa_secret=os.environ.get(SECRET) or None,
        management_token=os.environ.get(MANAGEMENT_TOKEN) or None,
        link=OneLink(REDIRECT_URL, BrowserSignIn()) if options.link else None,
        function=options.function,
    )


def _environment(function: str | None) -> dict[str, str]:
    if function is None:
        return dict(os.environ)
    try:
        return aws.deployed_environment(function)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise DoctorError(f"AWS does not show the function {function}: {code}") from None
    except BotoCoreError as error:
        raise DoctorError(f"AWS cannot be asked: {type(error).__name__}") from None


def _linking(printed: Path | None, values: Mapping[str, str]) -> Json:
    """Amazon's own copy of it, or ours with the keywords filled in; empty if one is missing."""
    if printed is not None:
        return _printed(printed)
    try:
        body = filled_in(REQUEST.read_text(encoding="utf-8"), values)
    except AccountLinkingError:
        return {}
    request: Json = body["accountLinkingRequest"]
    return request


def _printed(path: Path) -> Json:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        response: Json = body["accountLinkingResponse"]
    except (OSError, ValueError, KeyError, TypeError):
        raise DoctorError(f"{path} is not what ask smapi get-account-linking-info prints") from None
    return response


def _skill_id() -> str | None:
    try:
        return deployed_skill_id()
    except AskCliError:
        return None


if __name__ == "__main__":
    sys.exit(main())
