from __future__ import annotations

from tests.proofs.isolation import open_town


def test_nobody_is_told_anything_about_anybody_else() -> None:
    with open_town(customers=50, seed=7) as town:
        assert [*town.talk(turns=400)] == []

        assert town.told["own name or address"] > 20
        assert town.told["own pizza"] > 20
        assert town.told["mails"] > 10
