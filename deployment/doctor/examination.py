"""Everything that the doctor looks at, in the order in which it is worth mending."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from deployment.doctor import (
    aws,
    configuration,
    linking_request,
    login_page,
    management,
    metadata,
    one_link,
    skill_package,
    template,
    token_endpoint,
)
from deployment.doctor import settings as settings_of
from deployment.doctor.calls import NoAnswerError
from deployment.doctor.case import Case
from deployment.doctor.configuration import ConfigurationError, Expected
from deployment.doctor.one_link import LinkError
from deployment.doctor.settings import SettingsSeen
from deployment.doctor.verdicts import Area, Finding, failed, warned


def examine(case: Case, titles: Collection[str] | None = None) -> list[Area]:
    """Gather what there is to know, and judge it.

    Args:
        titles: the areas to look at, of those in `LOOKS`; None for all.
    """
    settings = settings_of.gather(case.environment, case.skill_id)
    return [
        Area(title, tuple(look(case, settings)))
        for title, look in LOOKS.items()
        if titles is None or title in titles
    ]


def _settings(_: Case, settings: SettingsSeen) -> Iterator[Finding]:
    return settings_of.findings(settings)


def _package(case: Case, _: SettingsSeen) -> Iterator[Finding]:
    return skill_package.findings(skill_package.gather(case.files, case.caller))


def _template(case: Case, _: SettingsSeen) -> Iterator[Finding]:
    return template.findings(template.gather(case.files.template))


def _alexa(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    return linking_request.findings(linking_request.gather(case, settings.settings))


def _auth0_files(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    expected = _expected(case, settings)
    try:
        seen = configuration.from_file(case.files.tenant, case.keywords, expected)
    except ConfigurationError as error:
        yield failed("tenant.yaml", str(error), "Correct auth0/tenant.yaml.")
        return
    yield from configuration.findings(seen)


def _tenant(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    if case.origin is None or not case.linking:
        yield warned(
            "discovery",
            "there is no tenant to ask",
            "Set AUTH0_DOMAIN and AUTH0_CLIENT_ID, or examine a --function that has them.",
        )
        return
    try:
        seen = metadata.gather(case, case.origin)
    except NoAnswerError as error:
        yield metadata.unreachable(error)
        return
    yield from metadata.findings(seen)
    if metadata.is_tenant(seen):
        yield from _login_page(case, settings)
        yield from token_endpoint.findings(token_endpoint.gather(case))


def _login_page(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    try:
        yield from login_page.findings(login_page.gather(case, settings.settings))
    except NoAnswerError as error:
        yield login_page.unreachable(error)


def _management(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    if case.management_token is None or case.origin is None or not case.linking:
        yield management.not_seen()
        return
    try:
        seen = management.gather(case, case.origin, _expected(case, settings))
    except ConfigurationError as error:
        yield management.not_readable(error)
        return
    yield from configuration.findings(seen)


def _link(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    if case.link is None or case.alexa_secret is None or not case.linking:
        yield one_link.not_seen()
        return
    try:
        yield from one_link.findings(one_link.gather(case, case.link, settings.settings))
    except LinkError as error:
        yield one_link.not_linked(error)


def _aws(case: Case, settings: SettingsSeen) -> Iterator[Finding]:
    return aws.findings(settings.settings, case.function)


def _expected(case: Case, settings: SettingsSeen) -> Expected:
    return Expected(
        case.redirect_urls,
        str(case.linking.get("accessTokenScheme", "HTTP_BASIC")),
        case.audience,
        settings.settings,
    )


LOOKS: Mapping[str, Callable[[Case, SettingsSeen], Iterator[Finding]]] = {
    "Settings": _settings,
    "skill-package/": _package,
    "template.yaml": _template,
    "Account linking at Alexa": _alexa,
    "auth0/": _auth0_files,
    "The tenant": _tenant,
    "The tenant, as the Management API tells it": _management,
    "One link": _link,
    "AWS": _aws,
}
