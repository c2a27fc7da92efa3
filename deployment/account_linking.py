"""`python -m deployment.account_linking`: tell Alexa how accounts are linked, stage by stage.

auth0/account_linking.json has everything but the secret. That is asked for, or read from
ALEXA_CLIENT_SECRET; it is no argument, because every process of the machine can read those.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from deployment.ask_cli import PROJECT, AskCliError, deployed_skill_id, run_ask

Json = dict[str, Any]

REQUEST = PROJECT / "auth0" / "account_linking.json"
CONFIG = PROJECT / "auth0" / "config.json"
STAGES = ("development", "live")
SECRET = "ALEXA_CLIENT_SECRET"  # noqa: S105 - the name of a variable

_KEYWORD = re.compile(r"##(\w+)##")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class AccountLinkingError(Exception):
    """The request cannot be made; the text says what is missing or wrong."""


def keywords(config: Path = CONFIG, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the ##KEYWORDS## of auth0/ stand for, with the Deploy CLI's own precedence.

    https://github.com/auth0/auth0-deploy-cli/blob/master/docs/keyword-replacement.md
    """
    mappings = json.loads(config.read_text(encoding="utf-8"))["AUTH0_KEYWORD_REPLACE_MAPPINGS"]
    return {**mappings, **environment}


def request_body(template: str, values: Mapping[str, str]) -> Json:
    """The body of SMAPI's request, still without the client secret.

    Args:
        template: the text of auth0/account_linking.json.
        values: what its ##KEYWORDS## stand for.

    Raises:
        AccountLinkingError: a keyword stands for nothing, or the domain is none.
    """
    if missing := sorted({name for name in _KEYWORD.findall(template) if not values.get(name)}):
        raise AccountLinkingError(f"nobody says what {', '.join(missing)} is")
    if not _HOST.fullmatch(values["AUTH0_DOMAIN"]):
        raise AccountLinkingError("the domain must be a bare one, such as pizza.eu.auth0.com")
    filled = _KEYWORD.sub(lambda keyword: json.dumps(values[keyword[1]])[1:-1], template)
    body: Json = json.loads(filled)
    request = body["accountLinkingRequest"]
    request["authorizationUrl"] = _with_encoded_query(request["authorizationUrl"])
    return body


def apply(body: Json, secret: str, *, skill_id: str, stage: str) -> None:
    """Send the request through the ASK CLI, which has the credentials for it.

    https://developer.amazon.com/docs/smapi/account-linking-operations.html

    Raises:
        AskCliError: the ASK CLI is not there, or Amazon refuses.
    """
    whole = {"accountLinkingRequest": {**body["accountLinkingRequest"], "clientSecret": secret}}
    # Only we can read into this folder, and the file in it is gone when the CLI is done.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "request.json"
        path.write_text(json.dumps(whole), encoding="utf-8")
        run_ask(
            [
                *("smapi", "update-account-linking-info"),
                *("--skill-id", skill_id, "--stage", stage),
                *("--account-linking-request", f"file:{path}"),
            ]
        )


def main(arguments: list[str] | None = None) -> int:
    """Apply it, or with --dry-run only print it.

    Returns:
        0, or 1 when something is missing or refused.
    """
    options = _options(arguments)
    given = {"AUTH0_DOMAIN": options.domain, "ALEXA_CLIENT_ID": options.client_id}
    values = keywords(options.config) | {name: value for name, value in given.items() if value}
    try:
        body = request_body(REQUEST.read_text(encoding="utf-8"), values)
        print(json.dumps(body, indent=2))
        if not options.dry_run:
            skill_id = options.skill_id or deployed_skill_id(profile=options.profile)
            apply(body, _secret(), skill_id=skill_id, stage=options.stage)
            print(f"So accounts are linked with {skill_id} ({options.stage}) from now on.")
    except (AccountLinkingError, AskCliError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deployment.account_linking", description=__doc__
    )
    parser.add_argument("--client-id", help="of “Pizza on Demand for Alexa”, from the dashboard")
    parser.add_argument("--domain", help="the tenant; AUTH0_DOMAIN if not given")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[0])
    parser.add_argument("--skill-id", help="as “ask deploy” keeps it, if not given")
    parser.add_argument("--profile", default="default", help="of the ASK CLI")
    parser.add_argument("--config", type=Path, default=CONFIG, help="with the keywords of a stage")
    parser.add_argument("--dry-run", action="store_true", help="print the request, send nothing")
    return parser.parse_args(arguments)


def _secret() -> str:
    secret = os.environ.get(SECRET) or getpass.getpass("Client secret of that application: ")
    if not secret.strip():
        raise AccountLinkingError("without its secret Alexa cannot get a token")
    return secret.strip()


def _with_encoded_query(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(parse_qsl(parts.query))))


if __name__ == "__main__":
    sys.exit(main())
