"""What may be said when a service fails, and what each sentence promises."""

from __future__ import annotations

from collections.abc import Iterable

PERMITTED: dict[str, frozenset[str]] = {
    "GET /.well-known/jwks.json": frozenset(
        {"code_unchecked", "identity_unavailable", "welcome_anyway"}
    ),
    # While Auth0 is away an older profile does: in that one the address is not confirmed yet.
    "GET /userinfo": frozenset(
        """email_unconfirmed identity_unavailable identity_throttled link_expired
        welcome_anyway""".split()
    ),
    "GET /api/v2/users": frozenset(
        {"identity_unavailable", "identity_throttled", "link_expired", "welcome_anyway"}
    ),
    "POST /oauth/token": frozenset({"code_unchecked"}),
    "POST /passwordless/start": frozenset({"code_unavailable"}),
    "SES SendEmail": frozenset(
        {"code_unavailable", "confirmed_receipt_follows", "mail_refused", "mail_unavailable"}
    ),
    "SNS Publish": frozenset({"code_unavailable"}),
    "DynamoDB": frozenset(
        {"orders_unavailable", "confirmation_unknown", "nothing_forgotten", "pin_unknown"}
    ),
    "GET /v2/accounts/~current/settings/Profile.email": frozenset(
        {"profile_not_allowed", "profile_throttled", "profile_unavailable"}
    ),
    "GET /v2/accounts/~current/settings/Profile.givenName": frozenset(),
    "POST /v1/directives": frozenset(),
    "secretsmanager GetSecretValue": frozenset({"not_set_up"}),
}
"""By call: what may be said instead of what is said on a good day, which may always be."""

GREETED = {
    "first_visit": {"welcome_back"},
    "first_visit_unlinked": {"welcome_back_unlinked"},
    "welcome_back": {"first_visit"},
    "welcome_back_unlinked": {"first_visit_unlinked"},
    "welcome_back_waiting": {"first_visit"},
    "welcome_back_to_my_details": {"first_visit", "welcome_back"},
}
"""A greeting while the table is away: it knows neither visits nor orders. Where a visit's write
is answered only the second time, what it gives back is itself: a first visit sounds like a
return, and a wish is not offered."""

SENT = frozenset(
    {
        "code_mailed",
        "code_texted",
        "confirmed",
        "confirmed_delivery",
        "deletion_link_sent",
        "details_sent",
        "key_mailed",
        "menu_sent",
        "menu_sent_to_guest",
        "receipt_sent",
    }
)
"""Moments that say that a message is on its way."""

NOT_SENT = frozenset({"mail_refused", "profile_unavailable", "profile_throttled"})
"""Moments that say that there is none."""

SOLD = frozenset(
    {
        "confirmed",
        "confirmed_delivery",
        "confirmed_receipt_follows",
        "confirmed_without_receipt",
    }
)
"""Moments that say that an order has just been confirmed."""

NOT_SOLD = frozenset({"orders_unavailable", "code_unavailable", "code_unchecked"})
"""Moments that say that none has been."""


def may_say(calls: Iterable[str], moment: str, usual: str) -> bool:
    """Whether a customer may hear that.

    Args:
        calls: those that are disturbed, or that may have lost their time to one that is.
        usual: what is said there on a good day.
    """
    return moment == usual or any(_may_say(call, moment, usual) for call in calls)


def _may_say(call: str, moment: str, usual: str) -> bool:
    if call.startswith("DynamoDB"):
        return moment in PERMITTED["DynamoDB"] or moment in GREETED.get(usual, ())
    return moment in PERMITTED[call]
