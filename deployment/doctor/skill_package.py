"""skill-package/: what Amazon and her certification would not take.

https://developer.amazon.com/docs/custom-skills/certification-requirements-for-custom-skills.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deployment.doctor.calls import Caller, NoAnswerError
from deployment.doctor.case import Files, Json
from deployment.doctor.verdicts import Finding, failed, judged, passed, warned
from deployment.manifest import REGIONS
from interaction_model.build import build
from interaction_model.problems import ModelError, Problem
from interaction_model.skill_package import problems
from interaction_model.source import read_all

_PLACEHOLDER = re.compile(r"\bREPLACE_WITH_\w+")
_REGION = re.compile(r"arn:aws:lambda:([a-z0-9-]+):")


@dataclass(frozen=True)
class SkillPackage:
    """The package, and how it compares with its sources and with the web."""

    manifest: Json = field(repr=False)
    problems: tuple[Problem, ...]
    stale: tuple[str, ...]
    """Locales whose built model is not what its source says."""
    pages: tuple[tuple[str, str], ...]
    """Addresses of the pages about the law, and what is wrong with each; "" if nothing is."""


def gather(files: Files, caller: Caller) -> SkillPackage:
    """Read the package, build its models again, and open its pages."""
    package = files.skill_package
    manifest = json.loads((package / "skill.json").read_text(encoding="utf-8"))
    return SkillPackage(
        manifest["manifest"],
        tuple(problems(package)),
        tuple(_stale(files.model_sources, package / "interactionModels" / "custom")),
        tuple((url, _opens(url, caller)) for url in sorted(_legal_pages(manifest["manifest"]))),
    )


def findings(seen: SkillPackage) -> Iterator[Finding]:
    """Whether it would be published."""
    yield from judged(seen, (_problems, _models, _pages, _testing, _endpoint))


def _stale(sources: Path, built: Path) -> Iterator[str]:
    """What is not built from what people edit: locales, or all of it."""
    try:
        models = {locale: build(source) for locale, source in read_all(sources).items()}
    except ModelError as error:
        yield str(error)
        return
    for locale, fresh in models.items():
        path = built / f"{locale}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != fresh:
            yield locale


def _legal_pages(manifest: Json) -> set[str]:
    locales = manifest["privacyAndCompliance"].get("locales", {})
    links = ("privacyPolicyUrl", "termsOfUseUrl")
    return {legal[link] for legal in locales.values() for link in links if legal.get(link)}


def _opens(url: str, caller: Caller) -> str:
    """What is wrong with a page; "" if nothing is."""
    if _is_placeholder(url):
        return "it is still the placeholder"
    try:
        answer = caller.get(url)
    except NoAnswerError as error:
        return str(error)
    return "" if answer.status == 200 else f"it answers with {answer.status}"


def _is_placeholder(url: str) -> bool:
    """Names that end in .example are nobody's (RFC 2606, section 2)."""
    return str(urlsplit(url).hostname).endswith(".example")


def _problems(seen: SkillPackage) -> Iterator[Finding]:
    """Example phrases, rules for skills that sell, slots and prompts that are not there …"""
    for problem in seen.problems:
        yield failed(problem.place, problem.what, _where(problem))
    if not seen.problems:
        yield passed("package", "example phrases, models and what certification asks of sellers")


def _models(seen: SkillPackage) -> Iterator[Finding]:
    for locale in seen.stale:
        yield failed(f"model {locale}", "it is not what its source says", "Build it: make model.")
    if not seen.stale:
        yield passed("models", "built from what interaction_model/ says")


def _pages(seen: SkillPackage) -> Iterator[Finding]:
    for url, wrong in seen.pages:
        if not wrong:
            yield passed("page", f"{url} opens")
        elif _is_placeholder(url):
            yield warned(
                "page", f"{url}: {wrong}", "Write your own into skill.json: make endpoint."
            )
        else:
            yield failed("page", f"{url}: {wrong}", "Certification opens it: put a page there.")


def _testing(seen: SkillPackage) -> Iterator[Finding]:
    instructions = str(seen.manifest["publishingInformation"].get("testingInstructions", ""))
    if left := _PLACEHOLDER.search(instructions):
        yield warned(
            "testing instructions",
            f"{left[0]} still stands there, and testers need an account and its mailbox",
            "Write them in before you publish.",
        )
    else:
        yield passed("testing instructions", "testers are told of an account")


def _endpoint(seen: SkillPackage) -> Iterator[Finding]:
    endpoint = seen.manifest["apis"]["custom"].get("endpoint", {}).get("uri")
    if endpoint is None:
        yield warned(
            "endpoint",
            "skill.json does not say where the skill's function is",
            "Deploy the stack, then write its outputs there: make endpoint.",
        )
        return
    region = _REGION.match(endpoint)
    if region and region[1] in REGIONS:
        yield passed("endpoint", f"a function in {region[1]}")
    else:
        yield failed(
            "endpoint",
            "it is no function that Alexa can call",
            f"Deploy to one of these: {', '.join(REGIONS)}.",
        )


def _where(problem: Problem) -> str:
    if problem.place.startswith("skill.json"):
        return "Correct skill-package/skill.json."
    return "Correct the source in interaction_model/, then: make model."
