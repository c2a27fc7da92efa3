"""`python -m deployment.manifest`: write where the skill lives into skill-package/skill.json.

A skill is made before its function, which has to know the skill's id. So the manifest of this
repository names no endpoint, and Amazon takes it; once the stack is there, its outputs go in.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deployment.ask_cli import PROJECT

Json = dict[str, Any]

MANIFEST = PROJECT / "skill-package" / "skill.json"

#: The AWS regions that Alexa can call functions in, and the customers who are nearest.
#: https://developer.amazon.com/docs/custom-skills/host-a-custom-skill-as-an-aws-lambda-function.html
REGIONS = {"us-east-1": "NA", "eu-west-1": "EU", "us-west-2": "FE", "ap-northeast-1": "FE"}

#: What voice/handlers/events.py handles. SKILL_ACCOUNT_UNLINKED is left out: ask-sdk-model
#: has no class for it, so each one would end in an error.
SUBSCRIPTIONS = (
    "SKILL_ENABLED",
    "SKILL_DISABLED",
    "SKILL_ACCOUNT_LINKED",
    "SKILL_PERMISSION_ACCEPTED",
    "SKILL_PERMISSION_CHANGED",
)

_FUNCTION = re.compile(r"arn:aws:lambda:([a-z0-9-]+):\d{12}:function:[\w-]+(:[\w-]+)?")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+")


class ManifestError(Exception):
    """No function that Alexa can call, or no address of a page; the text says why."""


def with_endpoints(manifest: Json, functions: Sequence[str], page: str) -> Json:
    """A copy of skill.json that leads to the functions and to the pages about the law.

    Args:
        functions: ARNs of the skill's function or its alias. The first answers wherever no
            other is nearer.
        page: the origin of the order page, which has /privacy and /terms.

    Raises:
        ManifestError: Alexa would refuse one of them.
    """
    endpoints = {"endpoint": {"uri": functions[0]}, **_regions(functions)}
    if not _ORIGIN.fullmatch(page):
        raise ManifestError(f"“{page}” is no https:// origin, such as https://order.example.com")
    whole = copy.deepcopy(manifest)
    inside = whole["manifest"]
    custom = inside["apis"]["custom"]
    inside["apis"]["custom"] = endpoints | {"interfaces": custom["interfaces"]}
    subscriptions = [{"eventName": name} for name in SUBSCRIPTIONS]
    inside["events"] = endpoints | {"subscriptions": subscriptions}
    for legal in inside["privacyAndCompliance"]["locales"].values():
        legal |= {"privacyPolicyUrl": f"{page}/privacy", "termsOfUseUrl": f"{page}/terms"}
    return whole


def written(manifest: Json) -> str:
    """The text of skill.json, laid out as the ASK CLI lays it out."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write it.

    Returns:
        0, or 1 when a function or the page is none.
    """
    options = _options(arguments)
    manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
    try:
        changed = with_endpoints(manifest, options.function, options.page.rstrip("/"))
    except ManifestError as error:
        print(error, file=sys.stderr)
        return 1
    options.manifest.write_text(written(changed), encoding="utf-8")
    print(f"{options.manifest.name} leads to {', '.join(options.function)} and {options.page}.")
    print("Now run: ask deploy")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deployment.manifest", description=__doc__)
    parser.add_argument(
        "--function", action="append", required=True, metavar="ARN", help="one a region"
    )
    parser.add_argument("--page", required=True, metavar="ORIGIN", help="of the order page")
    parser.add_argument("--manifest", type=Path, default=MANIFEST)
    return parser.parse_args(arguments)


def _regions(functions: Sequence[str]) -> Json:
    """The regions whose customers have a function of their own; none if there is only one."""
    places = [_place(function) for function in functions]
    if len(set(places)) < len(places):
        raise ManifestError("two functions are for the same part of the world")
    if len(functions) == 1:
        return {}
    return {
        "regions": {
            place: {"endpoint": {"uri": function}}
            for place, function in zip(places, functions, strict=True)
        }
    }


def _place(function: str) -> str:
    match = _FUNCTION.fullmatch(function)
    if match is None:
        raise ManifestError(f"“{function}” is no ARN of a Lambda function")
    if match[1] not in REGIONS:
        raise ManifestError(f"Alexa calls no function in {match[1]}, only in {', '.join(REGIONS)}")
    return REGIONS[match[1]]


if __name__ == "__main__":
    sys.exit(main())
