"""auth0/: what the Deploy CLI's own schema says of it, and what that does not look at."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deployment.account_linking import CONFIG, REQUEST, keywords, request_body
from simulator.tenant.applications import PASSWORDLESS_OTP
from tests.deployment.amazons_schema import ACCOUNT_LINKING, violations
from tests.deployment.npm_packages import installed

AUTH0 = CONFIG.parent
TENANT = AUTH0 / "tenant.yaml"
READ_USERS = AUTH0 / "read_users.yaml"
DOMAIN = "pizza.eu.auth0.com"
VENDOR = "M1AB2CD3EF4GH"

Json = dict[str, Any]
Load = Callable[[Path], Json]


class DeployCliError(Exception):
    """The Deploy CLI would not import the file; the text is its own."""


@pytest.fixture(scope="session")
def load() -> Iterator[Load]:
    """Loads a tenant file as `a0deploy import` would, up to its first call of Auth0."""
    modules = installed("auth0-deploy-cli", "8.44.0")
    script = Path(__file__).with_name("validate_tenant.js")
    with subprocess.Popen(
        ["node", str(script), str(modules), str(CONFIG)],
        env=os.environ | {"AUTH0_DOMAIN": DOMAIN, "ALEXA_VENDOR_ID": VENDOR},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as cli:
        yield lambda file: _loaded(cli, file)
        cli.kill()


def _loaded(cli: subprocess.Popen[str], file: Path) -> Json:
    assert cli.stdin is not None
    assert cli.stdout is not None
    print(file, file=cli.stdin, flush=True)
    answer = json.loads(cli.stdout.readline())
    if "refused" in answer:
        raise DeployCliError(answer["refused"])
    assets: Json = answer["assets"]
    return assets


@pytest.fixture(scope="session")
def tenant(load: Load) -> Json:
    return load(TENANT)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of auth0/ whose tenant.yaml has a line changed."""

    def edit(old: str, new: str) -> Path:
        text = TENANT.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"there is no “{old}” in tenant.yaml any more"
        copied = tmp_path / "tenant.yaml"
        copied.write_text(text.replace(old, new, 1), encoding="utf-8")
        (tmp_path / "connections").mkdir()
        template = (AUTH0 / "connections" / "email.html").read_text(encoding="utf-8")
        (tmp_path / "connections" / "email.html").write_text(template, encoding="utf-8")
        return copied

    return edit


def named(tenant: Json, kind: str, name: str) -> Json:
    [found] = [entry for entry in tenant[kind] if entry["name"] == name]
    result: Json = found
    return result


def problems(tenant: Json) -> Iterator[str]:
    """What would let customers down, or strangers in, although the Deploy CLI takes it."""
    yield from problems_with_alexa(named(tenant, "clients", "Pizza on Demand for Alexa"))
    yield from problems_with_the_others(tenant)
    yield from problems_with_the_api(tenant["resourceServers"])
    yield from problems_with_codes(tenant["connections"])
    yield from problems_with_grants(tenant["clientGrants"])


def problems_with_alexa(alexa: Json) -> Iterator[str]:
    if sorted(alexa["grant_types"]) != ["authorization_code", "refresh_token"]:
        yield "Alexa may do more, or less, than link accounts"
    if (alexa["app_type"], alexa["token_endpoint_auth_method"]) != (
        "regular_web",
        "client_secret_basic",
    ):
        yield "Alexa's application has no secret, or sends it another way"
    if set(alexa["callbacks"]) != {
        f"https://{host}/api/skill/link/{VENDOR}"
        for host in ("pitangui.amazon.com", "layla.amazon.com", "alexa.amazon.co.jp")
    }:
        yield "Alexa is not sent back to exactly her three addresses"
    if alexa["jwt_configuration"]["alg"] != "RS256":
        yield "Alexa's ID tokens are not signed with RS256"
    refresh = alexa["refresh_token"]
    if refresh["rotation_type"] != "non-rotating":
        yield "one lost answer ends a link"
    if refresh["expiration_type"] != "expiring" or refresh["infinite_idle_token_lifetime"]:
        yield "a forgotten link lives for ever"
    if refresh["idle_token_lifetime"] < 60 * 86_400:
        yield "who orders every other month has to link again each time"


def problems_with_the_others(tenant: Json) -> Iterator[str]:
    page = named(tenant, "clients", "Pizza on Demand order page")
    codes = named(tenant, "clients", "Pizza on Demand codes")
    if page["grant_types"] != ["authorization_code"]:
        yield "the order page may do more than sign people in"
    if not page["callbacks"][0].endswith("/callback") or len(page["callbacks"]) != 1:
        yield "the order page has other callbacks than its own"
    if codes["grant_types"] != [PASSWORDLESS_OTP]:
        yield "the application for codes may do more than check codes"
    if codes["is_token_endpoint_ip_header_trusted"]:
        yield "anybody may claim any IP address"
    for client in tenant["clients"]:
        if "client_secret" in client:
            yield f"{client['name']} has its secret in a file"
        if not client["oidc_conformant"] or client["token_endpoint_auth_method"] == "none":
            yield f"{client['name']} needs no secret"


def problems_with_the_api(apis: list[Json]) -> Iterator[str]:
    [api] = apis
    if api["signing_alg"] != "RS256":
        yield "/userinfo takes no token that is signed with HS256"
    if not 360 <= api["token_lifetime"] <= 3600:
        yield "tokens live for less than Amazon asks, or for longer than an hour"
    if not api["allow_offline_access"]:
        yield "customers have to link again each hour"
    if [scope["value"] for scope in api["scopes"]] != ["read:orders", "write:orders"]:
        yield "the API has other scopes than the order API checks"
    if api["subject_type_authorization"] != {
        "user": {"policy": "require_client_grant"},
        "client": {"policy": "deny_all"},
    }:
        yield "any application gets tokens for the API"


def problems_with_codes(connections: list[Json]) -> Iterator[str]:
    if {connection["name"] for connection in connections} != {"email", "sms"}:
        yield "codes go neither by e-mail nor by text"
    for connection in connections:
        options = connection["options"]
        if not options["disable_signup"] or not options["brute_force_protection"]:
            yield f"{connection['name']}: strangers become users, or may guess"
        if options["totp"] != {"length": 6, "time_step": 180}:
            yield f"{connection['name']}: CODE_LENGTH and CODE_MINUTES say otherwise"
        if connection["enabled_clients"] != ["Pizza on Demand codes"]:
            yield f"{connection['name']}: others may sign in by code"


def problems_with_grants(grants: list[Json]) -> Iterator[str]:
    for grant in grants:
        if "/api/v2/" in grant["audience"]:
            yield f"{grant['client_id']} may use the Management API"
        elif grant["scope"]:
            yield f"{grant['client_id']} may do what it has no need of"


def test_the_tenant_is_what_the_deploy_cli_would_import_and_has_no_problem(tenant: Json) -> None:
    assert list(problems(tenant)) == []


def test_only_what_is_in_the_file_can_be_changed_by_importing_it(tenant: Json) -> None:
    config = json.loads(CONFIG.read_text(encoding="utf-8"))

    assert config["AUTH0_ALLOW_DELETE"] is False
    assert {name for name, value in tenant.items() if isinstance(value, list)} == set(
        config["AUTH0_INCLUDED_ONLY"]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      - refresh_token\n", "      - refresh_token\n      - client_credentials\n"),
        ("      - refresh_token\n", "      - refresh_token\n      - implicit\n"),
        ("client_secret_basic", "client_secret_post"),
        ("client_secret_basic", "none"),
        ("app_type: regular_web", "app_type: spa"),
        ("oidc_conformant: true", "oidc_conformant: false"),
        ("    app_type: regular_web\n", "    app_type: regular_web\n    client_secret: hunter2\n"),
        ("infinite_idle_token_lifetime: false", "infinite_idle_token_lifetime: true"),
        ("##WEB_ORIGIN##/callback", "##WEB_ORIGIN##/anywhere"),
        (
            "      - authorization_code\n    callbacks",
            "      - authorization_code\n      - password\n    callbacks",
        ),
        ("grant-type/passwordless/otp\n", "grant-type/passwordless/otp\n      - implicit\n"),
        ("brute_force_protection: true\n      # A", "brute_force_protection: false\n      # A"),
        (
            "strategy: sms\n    enabled_clients:\n",
            "strategy: sms\n    enabled_clients:\n      - Pizza on Demand for Alexa\n",
        ),
        ("      - https://layla.amazon.com/api/skill/link/##ALEXA_VENDOR_ID##\n", ""),
        ("rotation_type: non-rotating", "rotation_type: rotating"),
        ("expiration_type: expiring", "expiration_type: non-expiring"),
        ("idle_token_lifetime: 7776000", "idle_token_lifetime: 3600"),
        ("signing_alg: RS256", "signing_alg: HS256"),
        ("alg: RS256\n    grant_types", "alg: HS256\n    grant_types"),
        ("token_lifetime: 3600", "token_lifetime: 300"),
        ("token_lifetime: 3600", "token_lifetime: 86400"),
        ("allow_offline_access: true", "allow_offline_access: false"),
        ("policy: require_client_grant", "policy: allow_all"),
        ("policy: deny_all", "policy: require_client_grant"),
        ("value: write:orders", "value: admin:orders"),
        ("disable_signup: true", "disable_signup: false"),
        ("name: sms\n    strategy", "name: texts\n    strategy"),
        ("length: 6", "length: 4"),
        ("time_step: 180", "time_step: 300"),
        ("ip_header_trusted: false", "ip_header_trusted: true"),
        ("    scope: []", "    scope: [write:orders]"),
        (
            '    audience: "##AUTH0_AUDIENCE##"\n    subject_type: user\n    scope: []',
            "    audience: https://##AUTH0_DOMAIN##/api/v2/\n    scope: ['read:users']",
        ),
    ],
)
def test_a_setting_that_the_deploy_cli_would_take_and_we_should_not_is_found(
    load: Load, edited: Callable[[str, str], Path], old: str, new: str
) -> None:
    assert list(problems(load(edited(old, new))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("strategy: auth0", "strategy: database"),
        ("policy: deny_all", "policy: allow_none"),
        ("    scope: []", "    scope: read:orders"),
        ("body: ./email.html", "body: ./no_such.html"),
        ("name: pizza-customers", "title: pizza-customers"),
    ],
)
def test_what_the_deploy_cli_refuses_is_refused_before_anything_is_sent(
    load: Load, edited: Callable[[str, str], Path], old: str, new: str
) -> None:
    with pytest.raises(DeployCliError):
        load(edited(old, new))


def test_only_read_users_is_ever_granted_at_the_management_api(load: Load) -> None:
    [grant] = load(READ_USERS)["clientGrants"]

    assert grant["audience"] == f"https://{DOMAIN}/api/v2/"
    assert grant["scope"] == ["read:users"]


def test_no_keyword_is_left_and_each_is_one_that_config_json_names(tenant: Json) -> None:
    config = json.loads(CONFIG.read_text(encoding="utf-8"))["AUTH0_KEYWORD_REPLACE_MAPPINGS"]
    used = set(re.findall(r"##(\w+)##", TENANT.read_text(encoding="utf-8")))

    assert "##" not in json.dumps(tenant)
    assert used <= {*config, "AUTH0_DOMAIN"}


def test_the_mail_with_a_code_has_the_code_in_it(tenant: Json) -> None:
    email = named(tenant, "connections", "email")["options"]["email"]
    sms = named(tenant, "connections", "sms")["options"]

    assert "{{ code }}" in email["body"]
    assert "@@password@@" in sms["template"]


@pytest.fixture
def linking() -> Json:
    """The request that Alexa gets, without the secret."""
    values = keywords(environment={"AUTH0_DOMAIN": DOMAIN, "ALEXA_CLIENT_ID": "alexas-client"})
    return request_body(REQUEST.read_text(encoding="utf-8"), values)


def test_account_linking_keeps_amazons_schema(linking: Json) -> None:
    assert violations(ACCOUNT_LINKING, linking) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "CODE"),
        ("accessTokenScheme", "BASIC"),
        ("scopes", "openid"),
        ("pkce", True),
        ("skipOnEnablement", "yes"),
    ],
)
def test_a_request_that_amazon_would_refuse_is_found(
    linking: Json, member: str, value: object
) -> None:
    broken = copy.deepcopy(linking)
    broken["accountLinkingRequest"][member] = value

    assert violations(ACCOUNT_LINKING, broken)


def test_alexa_and_the_tenant_agree_about_the_link(linking: Json, tenant: Json) -> None:
    alexa = named(tenant, "clients", "Pizza on Demand for Alexa")
    request = linking["accountLinkingRequest"]
    [api] = tenant["resourceServers"]

    assert request["type"] == "AUTH_CODE"
    assert (request["accessTokenScheme"], alexa["token_endpoint_auth_method"]) == (
        "HTTP_BASIC",
        "client_secret_basic",
    )
    assert request["defaultTokenExpirationInSeconds"] == api["token_lifetime"]
    assert {"openid", "offline_access"} <= set(request["scopes"])


def test_no_file_of_the_tenant_has_a_secret_in_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in AUTH0.rglob("*") if path.is_file()]

    assert not any(re.search(r"(?i)(client_?secret|auth_token)\"?:", text) for text in texts)
