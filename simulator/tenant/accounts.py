"""The people who have an account with the pizzeria."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

#: Which claims each scope gives, besides `sub`.
#: https://auth0.com/docs/get-started/apis/scopes/openid-connect-scopes
CLAIMS = {
    "profile": ("name", "given_name", "family_name", "nickname", "picture", "updated_at"),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
}


class User(Protocol):
    """Whoever a token can stand for."""

    sub: str
    blocked: bool

    def claims(self, scope: str) -> dict[str, Any]:
        """What the user's tokens and /userinfo tell with these space-separated scopes."""


@dataclass
class Account:
    """A customer as the tenant knows them.

    A database user who never gave a name has `name == email` and the local part
    of the address as `nickname`, as Auth0 fills them in.
    """

    sub: str
    email: str
    name: str
    nickname: str
    given_name: str | None = None
    family_name: str | None = None
    email_verified: bool = True
    phone_number: str | None = None
    phone_number_verified: bool | None = None
    picture: str = "https://cdn.auth0.com/avatars/pizza.png"
    updated_at: str = "2026-01-05T18:30:00.000Z"
    password: str = "pizza"
    blocked: bool = False
    linked_passwordless: bool = False
    """Whether a code that goes to the account's address signs in to the account itself.
    Without account linking it signs in to a user of its own, as Auth0 does."""
    user_metadata: dict[str, Any] = field(default_factory=dict)
    """What customers may write themselves, which makes it no proof of anything."""

    def claims(self, scope: str) -> dict[str, Any]:
        """What /userinfo tells to a token with these space-separated scopes."""
        return select_claims(self, scope)


def select_claims(user: User, scope: str) -> dict[str, Any]:
    """The claims that these scopes give; those that the user has no value for are left out."""
    names = [name for granted in scope.split() for name in CLAIMS.get(granted, ())]
    known = {name: getattr(user, name, None) for name in names}
    return {"sub": user.sub} | {n: value for n, value in known.items() if value is not None}


class Accounts(dict[str, Account]):
    """Every account of the tenant, by the short name the world calls them."""

    def sign_in(self, identifier: str, password: str) -> Account | None:
        """The account with this e-mail address or short name, if the password is right."""
        wanted = identifier.strip().lower()
        for name, account in self.items():
            if wanted in {name, account.email.lower()} and password == account.password:
                return account
        return None

    def with_address(self, address: str) -> Account | None:
        """Whose e-mail address, in any case, or phone number it is."""
        for account in self.values():
            if address.lower() == account.email.lower() or address == account.phone_number:
                return account
        return None


def residents() -> Accounts:
    """The people every new tenant starts with, chosen for what goes wrong with profiles."""
    return Accounts(
        ada=Account(
            sub="auth0|65f0ada0000000000000ada0",
            email="ada@example.com",
            name="Ada Lovelace",
            nickname="ada",
            given_name="Ada",
            family_name="Lovelace",
            phone_number="+15555550100",
            phone_number_verified=True,
        ),
        grace=Account(
            sub="auth0|65f0ada00000000000006ace",
            email="grace@example.com",
            name="Grace Hopper",
            nickname="grace",
            given_name="Grace",
            family_name="Hopper",
            email_verified=False,
        ),
        linus=Account(
            sub="auth0|65f0ada0000000000000f1a5",
            email="linus@example.com",
            name="linus@example.com",
            nickname="linus",
        ),
        mary=Account(
            sub="auth0|65f0ada0000000000000a4e1",
            email="mary@example.com",
            name="Mary & Jørn's <3 O'Neill",
            nickname="mary",
            given_name="Mary & Jørn's <3",
            family_name="O'Neill",
        ),
        bob=Account(
            sub="auth0|65f0ada0000000000000b0b0",
            email="bob@example.com",
            name="Bob Barred",
            nickname="bob",
            given_name="Bob",
            family_name="Barred",
            blocked=True,
        ),
    )
