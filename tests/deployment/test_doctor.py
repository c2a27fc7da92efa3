"""The doctor: every fault of a world makes the lines fail that it should, and no others."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import boto3
import pytest
import requests
from werkzeug.wrappers import Request, Response

from deployment.account_linking import CONFIG, keywords
from deployment.doctor.calls import Caller
from deployment.doctor.case import Case, Files, Json, OneLink
from deployment.doctor.configuration import NOBODYS_VENDOR_ID
from deployment.doctor.examination import LOOKS, examine
from deployment.doctor.report import as_json, table
from deployment.doctor.sign_in import BrowserSignIn
from deployment.doctor.token_endpoint import NONE
from deployment.doctor.verdicts import Area, Verdict
from deployment.doctor.world import case_of
from simulator import browser
from simulator.tenant.applications import PASSWORDLESS_OTP, Api
from simulator.wire import Fault, Slow, free_port
from simulator.world import AUDIENCE, SKILL_ID, TABLE, World
from tests.deployment.deployed_function import deployed_function

SKILL = "amzn1.ask.skill.12345678-1234-1234-1234-123456789012"
DISCOVERY = "/.well-known/openid-configuration"

SETTINGS = "Settings"
PACKAGE = "skill-package/"
TEMPLATE = "template.yaml"
ALEXA = "Account linking at Alexa"
FILES = "auth0/"
TENANT = "The tenant"
MANAGEMENT = "The tenant, as the Management API tells it"
LINK = "One link"
AWS = "AWS"

TOUCHED_BY_WORLDS = set(LOOKS) - {PACKAGE, TEMPLATE}

Lines = set[tuple[str, str]]
EditTenant = Callable[[str, str], Files]

#: Of a world: it is not on the internet, and this repository is nobody's skill yet.
ALWAYS_DOUBTFUL = {
    (PACKAGE, "page"),
    (PACKAGE, "testing instructions"),
    (PACKAGE, "endpoint"),
    (ALEXA, "authorizationUrl"),
    (ALEXA, "accessTokenUrl"),
    (MANAGEMENT, "needless scopes"),
}


@pytest.fixture
def edited_tenant(tmp_path: Path) -> EditTenant:
    """Makes a copy of auth0/tenant.yaml with a text changed."""

    def edit(old: str, new: str) -> Files:
        text = Files().tenant.read_text(encoding="utf-8")
        assert old in text, f"there is no “{old}” in tenant.yaml any more"
        copied = tmp_path / "tenant.yaml"
        copied.write_text(text.replace(old, new, 1), encoding="utf-8")
        return Files(tenant=copied)

    return edit


@pytest.fixture
def case(world: World) -> Case:
    """A healthy world; what is changed in it later is seen when it is examined."""
    return case_of(world, Caller(timer=lambda: world.clock.now().timestamp()))


@pytest.fixture
def alexa() -> Json:
    """What Alexa would be told of a tenant on the internet."""
    return {
        "type": "AUTH_CODE",
        "authorizationUrl": "https://pizza.eu.auth0.com/authorize?audience=https%3A%2F%2Fapi",
        "accessTokenUrl": "https://pizza.eu.auth0.com/oauth/token",
        "accessTokenScheme": "HTTP_BASIC",
        "clientId": "alexa",
        "scopes": ["openid", "profile", "email", "phone", "offline_access"],
        "defaultTokenExpirationInSeconds": 3600,
        "skipOnEnablement": True,
    }


@pytest.fixture
def offline(alexa: Json) -> Case:
    """Files, and a tenant that nobody asks."""
    environment = {
        "AUTH0_DOMAIN": "pizza.eu.auth0.com",
        "AUTH0_AUDIENCE": "https://api",
        "AUTH0_CLIENT_ID": "alexa",
        "AUTH0_SCOPES": "openid email",
        "MAIL_FROM": "pizza@pizza.test",
        "SKILL_ID": SKILL,
    }
    own = {"ALEXA_VENDOR_ID": "M1AB2CD3EF4GH"}
    return Case(environment, alexa, keywords(environment=environment) | own)


def lines(areas: Sequence[Area], verdict: Verdict) -> Lines:
    return {
        (area.title, finding.subject)
        for area in areas
        for finding in area.findings
        if finding.verdict is verdict
    }


def wrong(case: Case, *areas: str) -> Lines:
    """What fails in these areas, or else in all but our own package and template."""
    return lines(examine(case, areas or TOUCHED_BY_WORLDS), Verdict.FAIL)


def doubtful(case: Case, *areas: str) -> Lines:
    """What is doubtful although nothing is wrong, beside what always is."""
    seen = examine(case, areas or TOUCHED_BY_WORLDS)
    assert lines(seen, Verdict.FAIL) == set()
    return lines(seen, Verdict.WARN) - ALWAYS_DOUBTFUL


def reason(case: Case, area: str, subject: str) -> str:
    [found] = [
        f"{finding.reason} {finding.remedy}"
        for seen in examine(case, {area})
        for finding in seen.findings
        if finding.subject == subject
    ]
    return found


def with_settings(case: Case, **changed: str) -> Case:
    """The case with other settings; "" takes one out."""
    return replace(case, environment={**case.environment, **changed})


def with_linking(case: Case, **changed: Any) -> Case:
    return replace(case, linking={**case.linking, **changed})


def answers(path: str, body: Any, status: int = 200) -> Fault:
    """A fault that answers one path in the tenant's place."""

    def fault(request: Request) -> Response | None:
        if request.path != path:
            return None
        return Response(json.dumps(body), status, mimetype="application/json")

    return fault


def overheard(world: World) -> list[dict[str, list[str]]]:
    """Every form that the tenant gets from now on."""
    forms: list[dict[str, list[str]]] = []

    def overhear(request: Request) -> Response | None:
        body = request.get_data(cache=False)
        request.environ["wsgi.input"] = io.BytesIO(body)
        forms.append(parse_qs(body.decode()))
        return None

    world.wires["auth0"].begin("overhear", overhear)
    return forms


def refreshing(body: Json, status: int) -> Fault:
    """A fault that answers whoever refreshes a token in the tenant's place."""

    def fault(request: Request) -> Response | None:
        form = request.get_data(cache=False)
        request.environ["wsgi.input"] = io.BytesIO(form)
        token = parse_qs(form.decode()).get("refresh_token", [NONE])[0]
        if request.path != "/oauth/token" or token == NONE:
            return None
        return Response(json.dumps(body), status, mimetype="application/json")

    return fault


def test_of_a_healthy_world_nothing_is_wrong(case: Case) -> None:
    areas = examine(case)

    assert lines(areas, Verdict.FAIL) == set()
    assert lines(areas, Verdict.WARN) == ALWAYS_DOUBTFUL
    assert len(lines(areas, Verdict.PASS)) > 50


def test_every_line_that_is_not_fine_says_what_to_do(case: Case, world: World) -> None:
    world.begin_fault("auth0 down")
    found = [finding for area in examine(case) for finding in area.findings]

    assert {finding.verdict for finding in found} == set(Verdict)
    for finding in found:
        assert finding.reason
        assert bool(finding.remedy) is (finding.verdict is not Verdict.PASS)


class TestSettings:
    def test_every_one_that_is_missing_is_named(self, case: Case) -> None:
        found = examine(with_settings(case, MAIL_FROM="", LINK_KEYS=""))
        told = {finding.reason for finding in found[0].findings}

        assert told == {"MAIL_FROM is missing", "LINK_KEYS is missing"}
        assert lines(found, Verdict.FAIL) == {(SETTINGS, "settings")}

    def test_without_a_skill_id_any_skill_is_answered(self, case: Case) -> None:
        assert wrong(with_settings(case, SKILL_ID="")) == {(SETTINGS, "skill id")}

    def test_the_skill_id_is_that_of_the_deployed_skill(self, case: Case) -> None:
        assert wrong(replace(case, skill_id=SKILL)) == {(SETTINGS, "skill id")}
        assert wrong(with_settings(replace(case, skill_id=SKILL), SKILL_ID=SKILL)) == set()

    def test_opaque_tokens_are_doubtful(self, world: World) -> None:
        world.deploy(AUTH0_AUDIENCE="", AUTH0_CLIENT_ID="")

        assert doubtful(case_of(world, Caller())) == {(SETTINGS, "tokens")}

    def test_hs256_is_doubtful_even_if_the_api_does_it_too(
        self, world: World, edited_tenant: EditTenant
    ) -> None:
        key = "k" * 32
        world.tenant.add_api(Api(AUDIENCE, signing_secret=key))
        world.deploy(AUTH0_SIGNING_KEY=key)
        files = edited_tenant("signing_alg: RS256", "signing_alg: HS256")

        assert doubtful(replace(case_of(world, Caller()), files=files)) == {(SETTINGS, "tokens")}

    def test_tokens_of_any_application_are_doubtful(self, case: Case) -> None:
        assert doubtful(with_settings(case, AUTH0_CLIENT_ID="")) == {(SETTINGS, "application")}

    @pytest.mark.parametrize(
        ("length", "minutes", "is_doubtful"),
        [
            ("4", "5", False),
            ("4", "6", True),
            ("5", "10", False),
            ("5", "11", True),
            ("6", "9", False),
        ],
    )
    def test_a_code_that_lives_long_is_long(
        self, case: Case, length: str, minutes: str, is_doubtful: bool
    ) -> None:
        found = doubtful(with_settings(case, CODE_LENGTH=length, CODE_MINUTES=minutes))

        assert found == ({(SETTINGS, "code")} if is_doubtful else set())

    def test_numbers_that_nobody_has_confirmed_are_doubtful(self, case: Case) -> None:
        assert doubtful(with_settings(case, PHONE_FROM_METADATA="on")) == {(SETTINGS, "phones")}

    def test_secrets_that_the_operator_may_not_read_are_not_called_missing(
        self, case: Case, world: World
    ) -> None:
        def denied(request: Request) -> Response | None:
            if not request.headers.get("X-Amz-Target", "").startswith("secretsmanager"):
                return None
            return Response(json.dumps({"__type": "AccessDeniedException"}), 400)

        world.wires["aws"].begin("denied", denied)
        deployed = dict(case.environment) | {"SECRET_ARNS": "link-keys"}
        del deployed["LINK_KEYS"], deployed["SESSION_KEYS"]

        assert doubtful(replace(case, environment=deployed)) == {(SETTINGS, "secrets")}


class TestSkillPackage:
    @pytest.fixture
    def edit(self, offline: Case, tmp_path: Path) -> Callable[[str, str], Case]:
        """Changes a text in skill.json."""
        package = tmp_path / "skill-package"
        shutil.copytree(offline.files.skill_package, package)

        def edited(old: str, new: str) -> Case:
            manifest = package / "skill.json"
            text = manifest.read_text(encoding="utf-8")
            assert old in text
            manifest.write_text(text.replace(old, new), encoding="utf-8")
            return replace(offline, files=Files(skill_package=package))

        return edited

    def test_an_example_phrase_is_in_the_model(self, edit: Callable[[str, str], Case]) -> None:
        case = edit('nach einer großen Pizza mit Salami",', 'nach einem Kuchen",')

        assert wrong(case, PACKAGE) == {(PACKAGE, "skill.json: de-DE")}
        assert "nach einem Kuchen" in reason(case, PACKAGE, "skill.json: de-DE")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("sold by Pizza on Demand", "sold by a friend"),
            ('"isChildDirected": false', '"isChildDirected": true'),
            ("https://order.pizza-on-demand.example/privacy", ""),
            ('"DELIVERY_AND_TAKEOUT"', '"PIZZA"'),
        ],
    )
    def test_the_rules_of_certification_are_kept(
        self, edit: Callable[[str, str], Case], old: str, new: str
    ) -> None:
        assert {area for area, _ in wrong(edit(old, new), PACKAGE)} == {PACKAGE}

    def test_a_model_is_what_its_source_says(self, offline: Case, tmp_path: Path) -> None:
        sources = tmp_path / "interaction_model"
        shutil.copytree(offline.files.model_sources, sources)
        italian = sources / "it.toml"
        source = italian.read_text(encoding="utf-8")
        changed = source.replace('invocation = "pizza on demand"', 'invocation = "pizza espressa"')
        assert changed != source
        italian.write_text(changed, encoding="utf-8")

        assert wrong(replace(offline, files=Files(model_sources=sources)), PACKAGE) == {
            (PACKAGE, "model it-IT")
        }

    def test_the_pages_about_the_law_open(
        self, edit: Callable[[str, str], Case], world: World
    ) -> None:
        edit("https://order.pizza-on-demand.example/privacy", f"{world.web_origin}/privacy")
        case = edit("https://order.pizza-on-demand.example/terms", f"{world.web_origin}/no-terms")
        found = {
            finding.reason: finding.verdict
            for finding in examine(case, {PACKAGE})[0].findings
            if finding.subject == "page"
        }

        assert found == {
            f"{world.web_origin}/privacy opens": Verdict.PASS,
            f"{world.web_origin}/no-terms: it answers with 404": Verdict.FAIL,
        }

    def test_a_page_that_nobody_serves_is_wrong(self, edit: Callable[[str, str], Case]) -> None:
        nobody = f"https://127.0.0.1:{free_port()}"

        assert (PACKAGE, "page") in wrong(
            edit("https://order.pizza-on-demand.example", nobody), PACKAGE
        )

    @pytest.mark.parametrize(("region", "is_wrong"), [("eu-west-1", False), ("eu-north-1", True)])
    def test_the_endpoint_is_where_alexa_calls_functions(
        self, edit: Callable[[str, str], Case], region: str, is_wrong: bool
    ) -> None:
        arn = f"arn:aws:lambda:{region}:123456789012:function:pizza:live"
        case = edit('"interfaces": [', f'"endpoint": {{"uri": "{arn}"}}, "interfaces": [')

        assert wrong(case, PACKAGE) == ({(PACKAGE, "endpoint")} if is_wrong else set())

    def test_testers_get_an_account(self, edit: Callable[[str, str], Case]) -> None:
        edit("REPLACE_WITH_TEST_ACCOUNT", "ada@pizza.test")
        case = edit("REPLACE_WITH_TEST_MAILBOX", "mail.pizza.test")

        assert (PACKAGE, "testing instructions") in lines(examine(case, {PACKAGE}), Verdict.PASS)


class TestTemplate:
    @pytest.mark.parametrize(
        ("old", "new", "subject"),
        [
            ("      Timeout: 7\n", "      Timeout: 8\n", "timeout"),
            ("            SkillId: !Ref SkillId\n", "            Nothing: true\n", "trigger"),
            ("        SKILL_ID: !Ref SkillId\n", "", "SKILL_ID"),
            ("          Type: AlexaSkill\n", "          Type: Schedule\n", "function"),
        ],
    )
    def test_alexa_gets_an_answer_and_nobody_else(
        self, offline: Case, tmp_path: Path, old: str, new: str, subject: str
    ) -> None:
        text = offline.files.template.read_text(encoding="utf-8")
        assert text.count(old) == 1
        template = tmp_path / "template.yaml"
        template.write_text(text.replace(old, new), encoding="utf-8")

        assert wrong(replace(offline, files=Files(template=template)), TEMPLATE) == {
            (TEMPLATE, subject)
        }


class TestAccountLinkingAtAlexa:
    @staticmethod
    def told(case: Case, **changed: Any) -> dict[str, Verdict]:
        [area] = examine(with_linking(case, **changed), {ALEXA})
        return {f.subject: f.verdict for f in area.findings if f.verdict is not Verdict.PASS}

    def test_a_good_one_is_fine(self, offline: Case) -> None:
        assert self.told(offline) == {}

    @pytest.mark.parametrize(
        ("name", "value", "subject", "verdict"),
        [
            ("type", "IMPLICIT", "grant", Verdict.FAIL),
            (
                "authorizationUrl",
                "http://a.test/authorize?audience=https%3A%2F%2Fapi",
                "authorizationUrl",
                Verdict.FAIL,
            ),
            ("accessTokenUrl", "https://a.test:8443/token", "accessTokenUrl", Verdict.FAIL),
            ("clientId", "page", "client id", Verdict.FAIL),
            ("scopes", ["openid", "email"], "offline_access", Verdict.FAIL),
            ("scopes", ["openid", "offline_access"], "scopes", Verdict.FAIL),
            ("scopes", ["email", "offline_access"], "scopes", Verdict.FAIL),
            ("defaultTokenExpirationInSeconds", 300, "token life", Verdict.FAIL),
            ("skipOnEnablement", False, "enabling", Verdict.WARN),
        ],
    )
    def test_each_mistake_has_its_line(
        self, offline: Case, name: str, value: Any, subject: str, verdict: Verdict
    ) -> None:
        assert self.told(offline, **{name: value}) == {subject: verdict}

    @pytest.mark.parametrize("query", ["", "?audience=https%3A%2F%2Fanother"])
    def test_the_audience_is_in_the_authorization_url(self, offline: Case, query: str) -> None:
        url = f"https://pizza.eu.auth0.com/authorize{query}"

        assert self.told(offline, authorizationUrl=url) == {"audience": Verdict.FAIL}

    def test_without_the_audience_the_skill_refuses_the_tokens(self, case: Case) -> None:
        without = str(case.linking["authorizationUrl"]).partition("?")[0]
        broken = with_linking(case, authorizationUrl=without)

        assert wrong(broken) == {(ALEXA, "audience"), (LINK, "recognised")}
        assert "?audience=…" in reason(broken, LINK, "recognised")

    def test_without_offline_access_there_is_no_refresh_token(self, case: Case) -> None:
        broken = with_linking(case, scopes=["openid", "profile", "email", "phone"])

        assert wrong(broken) == {(ALEXA, "offline_access"), (LINK, "refresh token")}

    def test_a_scope_that_nothing_uses_is_doubtful(self, case: Case) -> None:
        asked = [*case.linking["scopes"], "write:orders"]

        assert doubtful(with_linking(case, scopes=asked)) == {
            (ALEXA, "needless scopes"),
            (LINK, "granted scopes"),
        }


class TestFilesForAuth0:
    @pytest.mark.parametrize(
        ("old", "new", "subject"),
        [
            ("app_type: regular_web", "app_type: non_interactive", "application"),
            ("      - refresh_token\n", "", "grants"),
            ("      - refresh_token\n", "      - refresh_token\n      - implicit\n", "grants"),
            ("client_secret_basic", "client_secret_post", "authentication"),
            (
                "      - https://layla.amazon.com/api/skill/link/##ALEXA_VENDOR_ID##\n",
                "",
                "redirect URLs",
            ),
            ("rotation_type: non-rotating", "rotation_type: rotating", "rotation"),
            ('identifier: "##AUTH0_AUDIENCE##"', "identifier: https://another", "API"),
            ("signing_alg: RS256", "signing_alg: HS256", "algorithm"),
            ("token_lifetime: 3600", "token_lifetime: 300", "token life"),
            ("allow_offline_access: true", "allow_offline_access: false", "offline access"),
            (
                'audience: "##AUTH0_AUDIENCE##"\n    subject_type: user\n    scope: []',
                'audience: "https://##AUTH0_DOMAIN##/api/v2/"\n    scope: [read:users]',
                "Alexa's scopes",
            ),
            ("clients:\n", "clients: [\n", "tenant.yaml"),
            ("pitangui.amazon.com", "pitangui.amazon.test", "redirect URLs"),
        ],
    )
    def test_each_mistake_has_its_line(
        self, offline: Case, edited_tenant: EditTenant, old: str, new: str, subject: str
    ) -> None:
        assert wrong(replace(offline, files=edited_tenant(old, new)), FILES) == {(FILES, subject)}

    @pytest.mark.parametrize(
        ("old", "new", "subject"),
        [
            ("token_lifetime: 3600", "token_lifetime: 86400", "token life"),
            ("idle_token_lifetime: 7776000", "idle_token_lifetime: 604800", "idle links"),
            ("expiration_type: expiring", "expiration_type: non-expiring", "idle links"),
            ("    scope: []", "    scope: [write:orders]", "Alexa's scopes"),
        ],
    )
    def test_what_works_but_should_not_be_so_is_doubtful(
        self, offline: Case, edited_tenant: EditTenant, old: str, new: str, subject: str
    ) -> None:
        assert doubtful(replace(offline, files=edited_tenant(old, new)), FILES) == {
            (FILES, subject)
        }

    def test_rotation_with_an_overlap_is_fine(
        self, offline: Case, edited_tenant: EditTenant
    ) -> None:
        overlapping = "rotation_type: rotating\n      leeway: 60"

        assert (
            wrong(
                replace(offline, files=edited_tenant("rotation_type: non-rotating", overlapping)),
                FILES,
            )
            == set()
        )

    def test_a_file_without_alexas_application_is_wrong(
        self, offline: Case, tmp_path: Path
    ) -> None:
        empty = tmp_path / "tenant.yaml"
        empty.write_text("clients: []\n", encoding="utf-8")

        assert wrong(replace(offline, files=Files(tenant=empty)), FILES) == {(FILES, "tenant.yaml")}

    def test_the_placeholder_is_nobodys_vendor_id(self, offline: Case) -> None:
        config = json.loads(CONFIG.read_text(encoding="utf-8"))
        assert config["AUTH0_KEYWORD_REPLACE_MAPPINGS"]["ALEXA_VENDOR_ID"] == NOBODYS_VENDOR_ID
        untouched = replace(
            offline, keywords={**offline.keywords, "ALEXA_VENDOR_ID": NOBODYS_VENDOR_ID}
        )

        assert (FILES, "redirect URLs") in wrong(untouched, FILES)
        assert "placeholder" in reason(untouched, FILES, "redirect URLs")

    @pytest.mark.parametrize(
        ("length", "minutes", "is_wrong"), [("6", "3", False), ("4", "3", True), ("6", "5", True)]
    )
    def test_codes_of_auth0_are_as_the_settings_say(
        self, case: Case, length: str, minutes: str, is_wrong: bool
    ) -> None:
        changed = with_settings(
            case, CODE_SENDER="auth0", CODE_LENGTH=length, CODE_MINUTES=minutes, SMS_CODES="on"
        )
        both = {(area, f"codes by {name}") for area in (FILES, MANAGEMENT) for name in CHANNELS}

        assert wrong(changed) == (both if is_wrong else set())


class TestTenant:
    def test_one_that_is_down_is_not_asked_any_further(self, case: Case, world: World) -> None:
        world.begin_fault("auth0 down")
        found = examine(case)

        assert lines(found, Verdict.FAIL) == {(TENANT, "discovery"), (LINK, "a link")}
        assert (MANAGEMENT, "the tenant's own settings") in lines(found, Verdict.WARN)

    def test_one_that_does_not_answer_in_time_is_wrong(self, case: Case, world: World) -> None:
        world.begin_fault("auth0 slow")
        hasty = replace(case, caller=Caller(patience=0.1), link=None)

        assert wrong(hasty) == {(TENANT, "discovery")}
        assert "within 0.1 s" in reason(hasty, TENANT, "discovery")

    def test_one_that_is_not_there_is_wrong(self, case: Case) -> None:
        nowhere = with_settings(case, AUTH0_DOMAIN=f"http://127.0.0.1:{free_port()}")

        assert (TENANT, "discovery") in wrong(nowhere)

    @pytest.mark.parametrize("issuer", ["", "https://login.pizza.test/"])
    def test_the_issuer_is_the_tenant_with_a_slash(
        self, case: Case, world: World, issuer: str
    ) -> None:
        known = requests.get(world.tenant_origin + DISCOVERY, timeout=5).json()
        changed = {**known, "issuer": issuer or world.tenant_origin}
        world.wires["auth0"].begin("issuer", answers(DISCOVERY, changed))

        assert wrong(case) == {(TENANT, "issuer")}
        assert ("slash" if not issuer else "login.pizza.test") in reason(case, TENANT, "issuer")

    @pytest.mark.parametrize(
        ("member", "subject"),
        [("authorization_endpoint", "authorizationUrl"), ("token_endpoint", "accessTokenUrl")],
    )
    def test_alexa_is_told_the_tenants_own_endpoints(
        self, case: Case, world: World, member: str, subject: str
    ) -> None:
        known = requests.get(world.tenant_origin + DISCOVERY, timeout=5).json()
        world.wires["auth0"].begin("moved", answers(DISCOVERY, {**known, member: "https://a.test"}))

        assert wrong(case) == {(TENANT, subject)}

    def test_a_tenant_has_an_rs256_key(self, case: Case, world: World) -> None:
        world.wires["auth0"].begin("keys", answers("/.well-known/jwks.json", {"keys": []}))

        assert wrong(case) == {(TENANT, "keys")}

    def test_without_pkce_it_is_doubtful(self, case: Case, world: World) -> None:
        known = requests.get(world.tenant_origin + DISCOVERY, timeout=5).json()
        del known["code_challenge_methods_supported"]
        world.wires["auth0"].begin("plain", answers(DISCOVERY, known))

        assert doubtful(case) == {(TENANT, "PKCE")}

    def test_each_redirect_url_is_allowed(self, case: Case, world: World) -> None:
        world.alexa.callbacks.remove(case.redirect_urls[2])

        assert wrong(case) == {(TENANT, "redirect URLs"), (MANAGEMENT, "redirect URLs")}
        assert "alexa.amazon.co.jp" in reason(case, TENANT, "redirect URLs")

    def test_another_vendor_has_other_redirect_urls(self, case: Case) -> None:
        another = replace(case, keywords={**case.keywords, "ALEXA_VENDOR_ID": "MANOTHER"})

        assert wrong(another) == {(TENANT, "redirect URLs"), (MANAGEMENT, "redirect URLs")}

    def test_auth0_knows_the_api_that_alexa_asks_for(self, case: Case, world: World) -> None:
        del world.tenant.apis[AUDIENCE]

        assert wrong(case) == {(TENANT, "login page"), (MANAGEMENT, "API"), (LINK, "a link")}
        assert "access_denied" in reason(case, TENANT, "login page")

    def test_the_implicit_grant_is_off(self, world: World) -> None:
        world.tenant.implicit_grant = True

        assert wrong(case_of(world, Caller())) == {
            (ALEXA, "grant"),
            (TENANT, "implicit grant"),
            (MANAGEMENT, "grants"),
        }

    def test_customers_get_to_the_order_page_too(self, case: Case, world: World) -> None:
        world.order_page.callbacks.clear()

        assert wrong(case) == {(TENANT, "order page")}

    def test_a_token_endpoint_that_keeps_alexa_waiting_is_wrong(
        self, case: Case, world: World
    ) -> None:
        def slowly(request: Request) -> Response | None:
            if request.path == "/oauth/token":
                world.clock.wait(timedelta(seconds=5))
            return None

        world.wires["auth0"].begin("slowly", slowly)

        assert wrong(case) == {
            (TENANT, "token endpoint"),
            (LINK, "code for tokens"),
            (LINK, "refreshing"),
        }
        assert "5.0 s" in reason(case, TENANT, "token endpoint")

    def test_a_token_endpoint_that_never_answers_is_wrong(self, case: Case, world: World) -> None:
        world.wires["auth0"].begin("never", Slow(concerns=lambda r: r.path == "/oauth/token"))

        assert wrong(replace(case, caller=Caller(patience=0.1))) == {
            (TENANT, "token endpoint"),
            (LINK, "a link"),
        }

    def test_a_token_endpoint_that_is_broken_is_wrong(self, case: Case, world: World) -> None:
        world.wires["auth0"].begin("broken", answers("/oauth/token", {}, 500))

        assert wrong(case) == {(TENANT, "token endpoint"), (LINK, "a link")}

    def test_the_secret_is_the_right_one(self, case: Case) -> None:
        assert wrong(replace(case, alexa_secret="another")) == {
            (TENANT, "secret"),
            (LINK, "a link"),
        }

    def test_the_secret_is_sent_the_way_that_auth0_expects(
        self, case: Case, edited_tenant: EditTenant
    ) -> None:
        by_body = with_linking(case, accessTokenScheme="REQUEST_BODY_CREDENTIALS")
        by_body = replace(by_body, files=edited_tenant("client_secret_basic", "client_secret_post"))

        assert wrong(by_body) == {
            (TENANT, "secret"),
            (MANAGEMENT, "authentication"),
            (LINK, "a link"),
        }

    def test_without_the_secret_grants_are_not_seen(self, case: Case) -> None:
        assert doubtful(replace(case, alexa_secret=None)) == {(TENANT, "grants"), (LINK, "a link")}

    def test_a_code_can_be_exchanged(self, case: Case, world: World) -> None:
        world.alexa.grant_types.remove("authorization_code")

        assert wrong(case) == {(TENANT, "secret"), (MANAGEMENT, "grants"), (LINK, "a link")}

    def test_a_token_can_be_refreshed(self, case: Case, world: World) -> None:
        world.alexa.grant_types.remove("refresh_token")

        assert wrong(case) == {
            (TENANT, "grant refresh_token"),
            (MANAGEMENT, "grants"),
            (LINK, "refresh token"),
        }

    def test_alexas_secret_opens_nothing_else(self, case: Case, world: World) -> None:
        world.alexa.grant_types.add("client_credentials")
        on = {(TENANT, "grant client_credentials"), (MANAGEMENT, "grants")}

        assert wrong(case) == on
        world.alexa.client_grant = frozenset({"read:users"})
        assert wrong(case) == on | {(MANAGEMENT, "Alexa's scopes")}
        assert "Management API" in reason(case, TENANT, "grant client_credentials")

    def test_a_secret_never_travels_in_the_clear(self, case: Case, world: World) -> None:
        """Except on this machine."""
        clear = f"http://localhost.test:{free_port()}/oauth/token"
        found = wrong(with_linking(case, accessTokenUrl=clear))

        assert {(ALEXA, "accessTokenUrl"), (TENANT, "token endpoint"), (LINK, "a link")} <= found
        assert "no address that a secret may be sent to" in reason(
            with_linking(case, accessTokenUrl=clear), TENANT, "token endpoint"
        )


class TestManagementApi:
    def test_without_a_token_the_tenants_settings_are_not_seen(self, case: Case) -> None:
        assert (MANAGEMENT, "the tenant's own settings") in doubtful(
            replace(case, management_token=None)
        )

    def test_a_token_that_is_not_good_is_no_fault_of_the_tenant(self, case: Case) -> None:
        assert (MANAGEMENT, "the tenant's own settings") in doubtful(
            replace(case, management_token="expired")
        )

    def test_a_netrc_of_the_operator_does_not_get_in_the_way(
        self, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
        monkeypatch.setenv("NETRC", str(netrc))

        [area] = examine(case, {MANAGEMENT})
        assert "rotation" in {finding.subject for finding in area.findings}

    def test_it_is_asked_no_more_often_than_the_free_plan_allows(
        self, case: Case, world: World
    ) -> None:
        examine(case)

        assert world.clock.waited >= timedelta(seconds=0.5)

    def test_the_skills_own_application_may_read_users_and_no_more(
        self, case: Case, world: World
    ) -> None:
        world.backend.client_grant = frozenset({"read:users", "update:users"})

        assert wrong(case) == {(MANAGEMENT, "needless scopes")}

    def test_whoever_needs_to_read_users_may(self, case: Case) -> None:
        found = examine(with_settings(case, PHONE_FROM_METADATA="on"))

        assert (MANAGEMENT, "needless scopes") not in lines(found, Verdict.WARN)

    def test_strangers_do_not_become_users_by_asking_for_a_code(
        self, case: Case, world: World
    ) -> None:
        world.tenant.passwordless.connections["email"].disable_signup = False
        by_auth0 = with_settings(case, CODE_SENDER="auth0", CODE_LENGTH="", CODE_MINUTES="")

        assert PASSWORDLESS_OTP in world.backend.grant_types
        assert wrong(by_auth0) == {(MANAGEMENT, "codes by email")}


class TestOneLink:
    def test_without_somebody_who_signs_in_it_is_not_seen(self, case: Case) -> None:
        assert doubtful(replace(case, link=None)) == {(LINK, "a link")}

    def test_the_token_endpoint_says_how_long_tokens_live(self, case: Case, world: World) -> None:
        world.tenant.tells_expiry = False

        assert wrong(case) == {(LINK, "expires_in")}

    def test_tokens_live_as_long_as_amazon_asks(self, case: Case, world: World) -> None:
        world.tenant.add_api(Api(AUDIENCE, token_lifetime=timedelta(seconds=359)))

        assert wrong(case) == {(MANAGEMENT, "token life"), (LINK, "expires_in")}

    def test_the_api_allows_offline_access(self, case: Case, world: World) -> None:
        world.tenant.add_api(Api(AUDIENCE, allow_offline_access=False))

        assert wrong(case) == {(MANAGEMENT, "offline access"), (LINK, "refresh token")}

    def test_rotation_without_an_overlap_ends_links(self, case: Case, world: World) -> None:
        world.tenant.rotate_refresh_tokens = True

        assert wrong(case) == {(MANAGEMENT, "rotation"), (LINK, "rotation")}

    def test_a_short_overlap_is_too_short(self, case: Case, world: World) -> None:
        world.tenant.rotate_refresh_tokens = True
        world.tenant.rotation_overlap = timedelta(seconds=3)

        assert wrong(case) == {(MANAGEMENT, "rotation")}

    def test_rotation_with_an_overlap_is_fine(self, case: Case, world: World) -> None:
        world.tenant.rotate_refresh_tokens = True
        world.tenant.rotation_overlap = timedelta(minutes=2)

        assert doubtful(case) == set()
        assert "overlap" in reason(case, LINK, "rotation")

    def test_a_fresh_refresh_token_is_good(self, case: Case, world: World) -> None:
        world.wires["auth0"].begin("refused", refreshing({"error": "invalid_grant"}, 403))

        assert wrong(case) == {(LINK, "refreshing")}

    def test_refreshed_tokens_too_say_how_long_they_live(self, case: Case, world: World) -> None:
        """Auth0 once left it out, and Alexa refreshed each link just once."""
        fresh = {"access_token": "fresh", "token_type": "Bearer"}
        world.wires["auth0"].begin("silent", refreshing(fresh, 200))

        assert wrong(case) == {(LINK, "expires_in")}

    def test_tokens_that_the_skill_refuses_are_wrong(self, case: Case) -> None:
        demanding = with_settings(case, AUTH0_SCOPES="openid read:orders")

        assert wrong(demanding) == {(ALEXA, "scopes"), (LINK, "recognised")}
        assert "read:orders" in reason(demanding, LINK, "recognised")

    def test_another_application_than_the_skill_expects_is_wrong(self, case: Case) -> None:
        assert wrong(with_settings(case, AUTH0_CLIENT_ID="another")) == {
            (ALEXA, "client id"),
            (LINK, "recognised"),
        }

    def test_a_profile_that_cannot_be_had_just_now_is_doubtful(
        self, case: Case, world: World
    ) -> None:
        world.begin_fault("auth0 throttled")

        assert doubtful(case) == {(LINK, "recognised")}

    def test_somebody_who_may_not_sign_in_is_wrong(self, case: Case, world: World) -> None:
        world.tenant.block("ada")

        assert wrong(case) == {(LINK, "a link")}
        assert "unauthorized" in reason(case, LINK, "a link")

    def test_the_answer_to_somebody_elses_question_is_not_taken(self, case: Case) -> None:
        foreign = f"https://pitangui.amazon.com/?{urlencode({'state': 'x', 'code': 'y'})}"
        link = OneLink("https://pitangui.amazon.com/", lambda _: foreign)

        assert wrong(replace(case, link=link)) == {(LINK, "a link")}
        assert "not to our question" in reason(replace(case, link=link), LINK, "a link")

    def test_who_would_sign_in_needs_alexas_secret_too(self, case: Case) -> None:
        assert "ALEXA_CLIENT_SECRET" in reason(replace(case, alexa_secret=None), LINK, "a link")

    def test_it_is_given_up_again(self, case: Case, world: World) -> None:
        sent = overheard(world)
        examine(case, {LINK})
        [token] = [form["token"][0] for form in sent if "token" in form]
        refused = requests.post(
            f"{world.tenant_origin}/oauth/token",
            {"grant_type": "refresh_token", "refresh_token": token},
            auth=(world.alexa.client_id, world.alexa.client_secret),
            timeout=5,
        )

        assert refused.json()["error"] == "invalid_grant"

    def test_the_operator_signs_in_with_their_own_browser(self, case: Case, world: World) -> None:
        port = free_port()
        redirect_url = f"http://127.0.0.1:{port}/doctor"
        world.alexa.callbacks.append(redirect_url)

        def show(url: str) -> None:
            led = browser.sign_in(
                url, username="ada", password="pizza", until=(f"http://127.0.0.1:{port}",)
            )
            requests.get(led, timeout=5).raise_for_status()

        by_hand = OneLink(redirect_url, BrowserSignIn(port, show=show))

        assert doubtful(replace(case, link=by_hand)) == set()

    def test_an_operator_who_never_comes_back_is_told_what_may_be_wrong(self, case: Case) -> None:
        nobody = BrowserSignIn(free_port(), patience=0.05, show=lambda _: None)
        link = OneLink("http://127.0.0.1:8765/doctor", nobody)

        assert wrong(replace(case, link=link)) == {(LINK, "a link")}
        assert "Allowed Callback URLs" in reason(replace(case, link=link), LINK, "a link")


class TestAws:
    def test_the_sender_is_verified(self, case: Case, world: World) -> None:
        world.cloud.account.verified.clear()

        assert wrong(case) == {(AWS, "mail identity")}

    def test_the_senders_domain_will_do(self, case: Case, world: World) -> None:
        world.cloud.account.verified = {"pizza-on-demand.example"}

        assert wrong(case) == set()

    def test_mail_goes_to_anybody(self, case: Case, world: World) -> None:
        world.cloud.account.mail_in_sandbox = True

        assert wrong(case) == {(AWS, "mail sandbox")}

    def test_the_worlds_sandbox_is_seen(self, case: Case, world: World) -> None:
        world.begin_fault("mail refused")

        assert wrong(case) == {(AWS, "mail sandbox")}

    def test_texts_go_to_anybody(self, case: Case, world: World) -> None:
        world.cloud.account.texts_in_sandbox = True

        assert wrong(case) == {(AWS, "texts sandbox")}
        assert wrong(with_settings(case, SMS_CODES="off")) == set()

    @pytest.mark.parametrize("fault", ["table refused", "table throttled"])
    def test_what_the_operator_may_not_see_is_doubtful(
        self, case: Case, world: World, fault: str
    ) -> None:
        world.begin_fault(fault)

        assert doubtful(case) == {(AWS, "table")}

    def test_the_table_is_there(self, case: Case) -> None:
        assert wrong(with_settings(case, TABLE_NAME="no-such-table")) == {(AWS, "table")}

    def test_the_table_forgets(self, case: Case) -> None:
        boto3.client("dynamodb").update_time_to_live(
            TableName=TABLE,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "never"},
        )

        assert wrong(case) == {(AWS, "table")}

    def test_the_table_is_ours_and_tells_of_changes(self, case: Case) -> None:
        _table("another", key="id")
        _table("still", key="pk", sort="sk")

        assert wrong(with_settings(case, TABLE_NAME="another")) >= {(AWS, "table")}
        assert wrong(with_settings(case, TABLE_NAME="still")) == {
            (AWS, "receipts"),
            (AWS, "stream"),
            (AWS, "table"),
        }

    def test_a_deployed_function_is_fine(self, case: Case, world: World) -> None:
        found = examine(replace(case, function=deployed_function(world)))

        assert {(AWS, "timeout"), (AWS, "trigger")} <= lines(found, Verdict.PASS)

    def test_it_gives_up_before_alexa_does(self, case: Case, world: World) -> None:
        assert wrong(replace(case, function=deployed_function(world, timeout=8))) == {
            (AWS, "timeout")
        }

    @pytest.mark.parametrize(
        "skills", [[], [None], [SKILL], [SKILL_ID, None], [SKILL_ID, SKILL]], ids=str
    )
    def test_only_the_skill_may_call_it(
        self, case: Case, world: World, skills: list[str | None]
    ) -> None:
        """None stands for every skill of every developer."""
        arn = deployed_function(world, skills=skills)

        assert wrong(replace(case, function=arn)) == {(AWS, "trigger")}

    def test_whoever_names_no_skill_lets_every_one_in(self, case: Case, world: World) -> None:
        arn = deployed_function(world, skills=[None])

        assert (AWS, "trigger") in wrong(with_settings(replace(case, function=arn), SKILL_ID=""))

    def test_a_function_that_is_not_there_is_wrong(self, case: Case) -> None:
        assert wrong(replace(case, function="no-such-function")) == {(AWS, "function")}

    def test_without_credentials_nothing_is_seen(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", "/nowhere")

        assert doubtful(case) == {(AWS, "account")}


class TestWhatIsNeverPrinted:
    @pytest.fixture
    def canaries(self, case: Case) -> set[str]:
        """Every secret that the doctor is given."""
        secrets = {
            value for name, value in case.environment.items() if name.endswith(("_SECRET", "_KEYS"))
        }
        secrets |= {str(case.alexa_secret), str(case.management_token)}
        assert len(secrets) >= 6
        return secrets

    @staticmethod
    def printed(case: Case) -> str:
        areas = examine(case, TOUCHED_BY_WORLDS)
        return table(areas, width=80, coloured=False) + as_json(areas) + repr(case)

    def test_no_secret_and_no_token_of_a_healthy_world(
        self, case: Case, world: World, canaries: set[str]
    ) -> None:
        sent = overheard(world)
        printed = self.printed(case)
        given = {
            form[name][0]
            for form in sent
            for name in ("code", "code_verifier", "refresh_token")
            if name in form
        } - {NONE}

        assert len(given) == 3
        assert not [canary for canary in canaries | given if canary in printed]
        assert "eyJ" not in printed  # How every JWT begins.

    def test_nor_what_a_hostile_endpoint_echoes(
        self, case: Case, world: World, canaries: set[str]
    ) -> None:
        def echo(request: Request) -> Response | None:
            if request.path in {"/oauth/token", "/oauth/revoke"} or "/api/v2/" in request.path:
                said = f"{request.headers} {request.get_data(as_text=True)}"
                return Response(json.dumps({"error": said, "error_description": said}), 403)
            return None

        world.wires["auth0"].begin("echo", echo)
        by_body = with_linking(case, accessTokenScheme="REQUEST_BODY_CREDENTIALS")
        printed = self.printed(case) + self.printed(by_body)

        assert "✗" in printed
        assert not [canary for canary in canaries if canary in printed]
        assert "Basic " not in printed


CHANNELS = ("email", "sms")


def _table(name: str, *, key: str, sort: str | None = None) -> None:
    keys = [key, *([sort] if sort else [])]
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": each, "KeyType": "RANGE" if each == sort else "HASH"} for each in keys
        ],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in keys],
        BillingMode="PAY_PER_REQUEST",
    )
