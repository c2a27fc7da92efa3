"""What programs can do with orders, and what they are told when they cannot."""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest

from simulator.tenant import Api
from simulator.world import AUDIENCE, TABLE, World
from tests.api.program import WRONG, Program, problem
from tests.voice.talk import heard

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
SIGNING_KEY = "the secret that the tenant signs this API's tokens with"


class TestAnOrder:
    @pytest.mark.parametrize(
        ("accepted", "language"),
        [("en-GB, en;q=0.5", "en-GB"), ("en-AU;q=0, tlh", "en-US"), (None, "en-US")],
    )
    def test_its_letters_are_in_the_language_that_the_program_accepts(
        self, world: World, ada: Program, accepted: str | None, language: str
    ) -> None:
        headers = {"Idempotency-Key": f"{uuid.uuid4()}", "Accept-Language": accepted}

        ada.ask("POST", "/orders", json={"size": "small"}, headers=headers)

        assert f'<html lang="{language}">' in world.mailbox.to("ada@example.com")[-1].html

    def test_it_is_placed_proven_and_confirmed(self, world: World, ada: Program) -> None:
        answer = ada.place(size="large", toppings=["pepperoni", "black_olives"], quantity=2)

        order = answer.json()
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/api/orders/{order['id']}"
        assert order["status"] == "waiting"
        assert order["pizza"] == {
            "size": "large",
            "toppings": ["pepperoni", "black_olives"],
            "quantity": 2,
        }
        assert order["price"] == {
            "net": "32.50",
            "tax": "2.60",
            "total": "35.10",
            "currency": "USD",
        }
        assert order["code"]["channel"] == "email"
        assert order["code"]["tries_left"] == 3

        path = f"/orders/{order['id']}"
        confirmed = ada.authorize(path, ada.code())
        assert confirmed.status_code == 200
        assert confirmed.json()["receipt_sent"] is True
        assert "receipt" in world.mailbox.to("ada@example.com")[-1].subject.lower()
        assert ada.show(path) | {"receipt_sent": True} == confirmed.json()
        assert confirmed.json()["status"] == "confirmed"
        assert confirmed.json()["code"] is None

    def test_a_size_is_enough(self, ada: Program) -> None:
        order = ada.show(ada.placed(size="small"))

        assert order["pizza"] == {"size": "small", "toppings": [], "quantity": 1}

    def test_one_that_is_placed_here_is_confirmed_by_voice(
        self, world: World, ada: Program
    ) -> None:
        path = ada.placed()
        world.sign_in("ada")

        assert "Done" in heard(world, f"ask pizza on demand to authorize {ada.code()}")
        assert ada.show(path)["status"] == "confirmed"
        assert problem(ada.authorize(path, ada.code())) == (409, "already_confirmed")

    def test_one_that_is_placed_by_voice_is_confirmed_here(
        self, world: World, ada: Program
    ) -> None:
        world.sign_in("ada")
        heard(world, "ask pizza on demand to get me a small pizza with bacon")
        heard(world, "yes")
        [order] = ada.ask("GET", "/orders").json()["orders"]

        assert order["pizza"]["toppings"] == ["bacon"]
        assert ada.authorize(f"/orders/{order['id']}", ada.code()).status_code == 200
        assert "confirmed" in heard(world, "ask pizza on demand where's my order")

    def test_a_newer_one_takes_its_place(self, ada: Program) -> None:
        first = ada.placed()
        code = ada.code()
        ada.placed()

        assert ada.statuses() == ["waiting", "replaced"]
        assert problem(ada.authorize(first, code)) == (409, "nothing_waiting")

    def test_it_waits_for_half_an_hour(self, world: World, ada: Program) -> None:
        path = ada.placed()
        world.wait(timedelta(minutes=30))

        assert ada.show(path)["status"] == "expired"
        assert problem(ada.ask("POST", f"{path}/code")) == (409, "order_expired")

    def test_it_is_cancelled_once(self, ada: Program) -> None:
        path = ada.placed()

        assert ada.ask("POST", f"{path}/cancel").json()["status"] == "cancelled"
        assert problem(ada.ask("POST", f"{path}/cancel")) == (409, "nothing_waiting")
        assert ada.show(path)["code"] is None

    @pytest.mark.parametrize("verb", ["", "/authorize", "/code", "/cancel"])
    def test_another_customers_is_not_found(self, world: World, ada: Program, verb: str) -> None:
        path = ada.placed()
        mary = Program(world, "mary")
        mary.placed()

        answer = mary.ask("POST" if verb else "GET", path + verb, json={"code": ada.code()})
        if verb == "/code":
            answer = mary.ask("POST", path + verb)

        assert problem(answer) == (404, "no_such_order")
        assert ada.show(path)["status"] == "waiting"

    def test_nothing_is_told_that_is_nobodys_business(self, ada: Program) -> None:
        path = ada.placed()

        assert ada.show(path).keys() == {
            "id",
            "status",
            "pizza",
            "price",
            "placed",
            "good_until",
            "confirmed",
            "code",
        }
        assert ada.show(path)["code"].keys() == {"channel", "good_until", "tries_left"}
        for secret in ("ada@example.com", "auth0|", ada.code()):
            assert secret not in ada.ask("GET", path).text


class TestACode:
    def test_after_three_wrong_ones_the_right_one_fails_too(self, ada: Program) -> None:
        path = ada.placed()
        answers = [ada.authorize(path, WRONG) for _ in range(3)]

        assert [problem(answer) for answer in answers] == [
            (422, "wrong_code"),
            (422, "wrong_code"),
            (409, "code_spent"),
        ]
        assert [answer.json().get("tries_left") for answer in answers] == [2, 1, None]
        assert problem(ada.authorize(path, ada.code())) == (409, "code_spent")

    def test_a_new_one_helps_then(self, ada: Program) -> None:
        path = ada.placed()
        for _ in range(3):
            ada.authorize(path, WRONG)

        assert ada.ask("POST", f"{path}/code").json()["code"]["tries_left"] == 3
        assert ada.authorize(path, ada.code()).status_code == 200

    def test_too_many_wrong_ones_lock_and_the_mail_unlocks(
        self, world: World, ada: Program
    ) -> None:
        path = ada.placed()
        for _ in range(2):
            for _ in range(3):
                ada.authorize(path, WRONG)
            ada.ask("POST", f"{path}/code")
        answers = [problem(ada.authorize(path, WRONG)) for _ in range(3)]

        assert answers[-1] == (403, "ordering_locked")
        assert problem(ada.place()) == (403, "ordering_locked")
        assert "/links/unlock?t=" in world.mailbox.to(ada.address)[-1].text

    def test_it_lives_for_five_minutes(self, world: World, ada: Program) -> None:
        path = ada.placed()
        world.wait(timedelta(minutes=5))

        assert problem(ada.authorize(path, ada.code())) == (409, "code_expired")

    def test_it_can_come_by_text(self, world: World, ada: Program) -> None:
        path = ada.placed()

        answer = ada.ask("POST", f"{path}/code", json={"channel": "sms"})

        assert answer.json()["code"]["channel"] == "sms"
        assert world.phone.texts()

    def test_without_a_phone_it_cannot(self, world: World) -> None:
        mary = Program(world, "mary")

        answer = mary.ask("POST", f"{mary.placed()}/code", json={"channel": "sms"})

        assert problem(answer) == (409, "no_destination")

    def test_there_are_five_an_hour_and_the_answer_says_when_there_are_more(
        self, world: World, ada: Program
    ) -> None:
        path = ada.placed()
        for _ in range(4):
            assert ada.ask("POST", f"{path}/code").status_code == 200

        refused = ada.ask("POST", f"{path}/code")
        assert problem(refused) == (429, "too_many_codes")
        world.wait(timedelta(seconds=int(refused.headers["Retry-After"])))
        ada.take_token()
        assert ada.place().status_code == 201

    @pytest.mark.parametrize("code", ["", "12", "12345", "abcd", "١٢٣٤", "1 23", "<b>1"])
    def test_what_is_none_costs_no_try(self, ada: Program, code: str) -> None:
        path = ada.placed()

        answer = ada.authorize(path, code)

        assert problem(answer) == (422, "unfit_code")
        assert answer.json()["length"] == 4
        assert ada.show(path)["code"]["tries_left"] == 3

    def test_without_a_confirmed_address_there_is_none(self, world: World) -> None:
        assert problem(Program(world, "grace").place()) == (409, "email_unconfirmed")


class TestTheHistory:
    def test_it_comes_newest_first_and_in_parts(self, world: World, ada: Program) -> None:
        placed = []
        for _ in range(5):
            placed.append(ada.placed().removeprefix("/orders/"))
            world.wait(timedelta(minutes=13))
        ada.take_token()

        seen, path = [], "/orders?limit=2"
        while path:
            part = ada.ask("GET", path).json()
            assert len(part["orders"]) <= 2
            seen += [order["id"] for order in part["orders"]]
            path = (part["next"] or "").removeprefix("/api")
        assert seen == placed[::-1]

    def test_a_part_that_fits_exactly_has_nothing_after_it(self, ada: Program) -> None:
        ada.placed()
        ada.placed()

        assert ada.ask("GET", "/orders?limit=2").json()["next"] is None

    def test_it_is_cleared_but_for_the_order_that_waits(self, ada: Program) -> None:
        ada.authorize(ada.placed(), ada.code())
        waiting = ada.placed()

        for _ in range(2):
            cleared = ada.ask("DELETE", "/orders")
            assert (cleared.status_code, cleared.content) == (204, b"")
        assert ada.statuses() == ["waiting"]
        assert ada.authorize(waiting, ada.code()).status_code == 200

    def test_others_keep_theirs(self, world: World, ada: Program) -> None:
        mary = Program(world, "mary")
        mary.authorize(mary.placed(), mary.code())

        ada.ask("DELETE", "/orders")

        assert mary.statuses() == ["confirmed"]


class TestAKey:
    def test_a_repeated_request_places_one_order_and_sends_one_code(
        self, world: World, ada: Program
    ) -> None:
        first, second = ada.place(KEY), ada.place(KEY)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert len(ada.statuses()) == len(world.mailbox.to(ada.address)) == 1

    def test_so_do_many_at_once(self, world: World, ada: Program) -> None:
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: ada.place(KEY), range(4)))

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert len(world.mailbox.to(ada.address)) == 1

    def test_quotation_marks_make_no_other_key(self, ada: Program) -> None:
        assert ada.place(KEY).json() == ada.place(f'"{KEY}"').json()

    def test_for_another_pizza_it_is_refused(self, ada: Program) -> None:
        ada.place(KEY, size="small")

        assert problem(ada.place(KEY, size="large")) == (422, "idempotency_key_reused")
        assert len(ada.statuses()) == 1

    def test_another_customers_is_another(self, world: World, ada: Program) -> None:
        mine, hers = ada.place(KEY), Program(world, "mary").place(KEY)

        assert hers.status_code == 201
        assert mine.json()["id"] != hers.json()["id"]

    def test_a_repeated_request_finds_the_order_as_it_stands_now(self, ada: Program) -> None:
        path = f"/orders/{ada.place(KEY).json()['id']}"
        ada.authorize(path, ada.code())

        assert ada.place(KEY).json() == ada.show(path)

    def test_that_of_a_cleared_order_places_none(self, ada: Program) -> None:
        ada.authorize(f"/orders/{ada.place(KEY).json()['id']}", ada.code())
        ada.ask("DELETE", "/orders")

        assert problem(ada.place(KEY)) == (409, "order_cleared")

    def test_when_the_code_cannot_be_sent_the_repeated_request_leads_to_one(
        self, world: World, ada: Program
    ) -> None:
        world.begin_fault("mail refused")
        refused = ada.place(KEY)
        assert problem(refused) == (503, "placed_without_code")
        assert "ada@example.com" not in refused.text
        world.end_faults()

        order = ada.place(KEY)
        assert (order.status_code, order.json()["code"]) == (201, None)
        path = f"/orders/{order.json()['id']}"
        assert ada.ask("POST", f"{path}/code").status_code == 200
        assert ada.authorize(path, ada.code()).status_code == 200


class TestAToken:
    def test_what_one_request_was_allowed_another_is_not(self, world: World) -> None:
        """Whoever is remembered for one scope has none of the others for that."""
        reader = Program(world, scope="openid email read:orders")
        assert reader.ask("GET", "/orders").status_code == 200

        assert problem(reader.place()) == (403, "missing_scope")

    def test_without_the_address_no_code_can_be_sent(self, world: World) -> None:
        answer = Program(world, scope="openid write:orders").place()

        assert problem(answer) == (403, "missing_scope")
        assert answer.json()["scope"] == "email"

    def test_a_closed_account_is_told_so(self, world: World) -> None:
        assert problem(Program(world, "bob").ask("GET", "/orders")) == (403, "account_blocked")

    def test_while_the_tenant_is_away_it_may_be_tried_again(
        self, world: World, ada: Program
    ) -> None:
        world.begin_fault("auth0 down")
        answer = ada.ask("GET", "/orders")

        assert problem(answer) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "60"

    def test_profiles_are_asked_for_once(self, world: World, ada: Program) -> None:
        calls = world.wires["auth0"].calls = []
        for _ in range(20):
            assert ada.ask("GET", "/orders").status_code == 200

        assert [call.path for call in calls].count("/userinfo") == 1

    def test_without_an_audience_no_token_is_good_enough(self, world: World, ada: Program) -> None:
        ada.token = Program(world, kind="opaque").token
        world.deploy(AUTH0_AUDIENCE="", AUTH0_CLIENT_ID="")

        assert problem(ada.ask("GET", "/orders")) == (503, "not_set_up")
        assert ada.ask("GET", "/openapi.json").status_code == 200

    def test_cookies_count_for_nothing_and_no_origin_is_needed(self, ada: Program) -> None:
        elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        path = ada.placed()

        assert ada.ask("POST", f"{path}/cancel", headers=elsewhere).status_code == 200


class TestASigningKey:
    """The tenant signs the API's tokens with a secret, so /userinfo takes none of them."""

    @pytest.fixture
    def ada(self, world: World) -> Program:
        scopes = frozenset({"read:orders", "write:orders"})
        world.tenant.add_api(Api(AUDIENCE, scopes, signing_secret=SIGNING_KEY))
        world.deploy(AUTH0_SIGNING_KEY=SIGNING_KEY)
        return Program(world)

    def test_orders_are_placed_and_confirmed(self, world: World, ada: Program) -> None:
        calls = world.wires["auth0"].calls = []
        path = ada.placed()

        assert ada.authorize(path, ada.code()).status_code == 200
        paths = [call.path for call in calls]
        assert "/userinfo" not in paths
        assert "/.well-known/jwks.json" not in paths

    def test_the_skill_knows_its_customers_too(self, world: World, ada: Program) -> None:
        world.sign_in("ada")

        assert "Ada" in heard(world, "open pizza on demand")
        assert ada.placed()

    def test_what_the_tenants_own_keys_sign_is_refused(self, world: World, ada: Program) -> None:
        world.tenant.add_api(Api(AUDIENCE, frozenset({"read:orders"})))

        assert problem(Program(world).ask("GET", "/orders")) == (401, "token_not_good")

    def test_what_the_tenants_public_key_signs_is_refused(self, world: World, ada: Program) -> None:
        answer = Program(world, kind="hs256").ask("GET", "/orders")

        assert problem(answer) == (401, "token_not_good")

    @pytest.mark.parametrize("name", ["grace", "bob", "linus"])
    def test_customers_are_as_the_tenant_knows_them(
        self, world: World, ada: Program, name: str
    ) -> None:
        expected = {"grace": (409, "email_unconfirmed"), "bob": (403, "account_blocked")}
        answer = Program(world, name).place()

        assert answer.status_code == 201 if name == "linus" else problem(answer) == expected[name]

    def test_it_tells_no_more_than_the_customer_has_allowed(
        self, world: World, ada: Program
    ) -> None:
        answer = Program(world, scope="openid write:orders").place()

        assert problem(answer) == (403, "missing_scope")
        assert answer.json()["scope"] == "email"


class TestWhenThingsBreak:
    def test_without_the_table_nothing_can_be_done_just_now(
        self, world: World, ada: Program
    ) -> None:
        world.begin_fault("table refused")
        answers = [ada.place(KEY), ada.ask("GET", "/orders"), ada.ask("DELETE", "/orders")]

        assert {problem(answer) for answer in answers} == {(503, "unavailable")}
        assert all(answer.headers["Retry-After"] == "60" for answer in answers)

    def test_a_mistake_of_ours_is_a_problem_too_and_tells_nothing(
        self, world: World, ada: Program, caplog: pytest.LogCaptureFixture
    ) -> None:
        sub = world.tenant.accounts["ada"].sub
        key = {"pk": {"S": f"customer#{sub}"}, "sk": {"S": "order#00000001"}}
        nonsense = {"size": {"S": "ada@example.com"}}
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=key | nonsense)

        answer = ada.ask("GET", "/orders")

        assert problem(answer) == (500, "unexpected")
        assert "ada@example.com" not in answer.text + caplog.text
        assert "mistake" in caplog.text

    def test_a_receipt_that_fails_does_not_undo_the_order(self, world: World, ada: Program) -> None:
        path = ada.placed()
        code = ada.code()
        world.begin_fault("mail refused")

        answer = ada.authorize(path, code)

        assert (answer.status_code, answer.json()["receipt_sent"]) == (200, False)

    def test_the_log_tells_operators_why_tokens_are_refused_and_holds_none(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        program = Program(world, kind="opaque")
        program.ask("GET", "/orders")

        [record] = [r for r in caplog.records if r.message == "no good bearer token"]
        assert "opaque" in record.__dict__["reason"]
        assert program.token not in caplog.text
