"""A request counts as Alexa's when all says so, and is refused when one thing does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.wrappers import Response

from simulator.request_verification import (
    CHAINS_KEPT,
    LARGEST_CHAIN,
    SIGNER,
    UnverifiedError,
    chain_address,
    fetch,
    public_roots,
)
from tests.simulator.signing import (
    CHAIN_URL,
    DAY,
    NOW,
    SHA_1,
    Amazon,
    Authority,
    launch,
    pem,
    rsa_key,
    sign,
    signing_amazon,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with signing_amazon() as amazon:
        yield amazon


def refuses(amazon: Amazon, body: bytes, why: str, **more: Any) -> None:
    with pytest.raises(UnverifiedError, match=why):
        amazon.verify(body, **more)


def test_a_request_that_alexa_signed_is_read(amazon: Amazon) -> None:
    assert amazon.verify(launch())["request"]["type"] == "LaunchRequest"


# Where the chain is


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem",
        "HTTPS://S3.AmazonAWS.com/echo.api/./echo-api-cert.pem",
    ],
)
def test_amazons_own_examples_of_good_addresses_are_one_address(url: str) -> None:
    assert chain_address(url) == "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://notamazon.com/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/EcHo.aPi/echo-api-cert.pem",
        "https://s3.amazonaws.com/invalid.path/echo-api-cert.pem",
        "https://s3.amazonaws.com:563/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:0/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:https/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com.evil.example/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com@evil.example/echo.api/echo-api-cert.pem",
        "https://evil.example@s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://evil.example\\@s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/../evil/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/%2e%2e/evil/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/..\\evil\\echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/echo-api-cert.pem?versionId=1",
        "https://s3.amazonaws.com/echo.api/echo-api-cert.pem#1",
        "https://s3.amazonaws.com/echo.api",
        "https://[s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "/echo.api/echo-api-cert.pem",
        "",
    ],
)
def test_a_chain_that_is_anywhere_else_is_not_even_fetched(amazon: Amazon, url: str) -> None:
    refuses(amazon, launch(), "SignatureCertChainUrl", url=url)
    assert amazon.wire.calls == []


# Whose certificate it is


@pytest.mark.parametrize("name", ["alexa.amazon.com", "*.amazon.com", f"{SIGNER}.evil.example"])
def test_a_certificate_for_another_name_is_refused(amazon: Amazon, name: str) -> None:
    amazon.publish(amazon.leaf(name))
    refuses(amazon, launch(), "certificate is not")


def test_alexas_name_may_stand_beside_others(amazon: Amazon) -> None:
    amazon.publish(amazon.leaf("alexa.amazon.com", SIGNER))
    assert amazon.verify(launch())


def test_an_expired_certificate_is_refused(amazon: Amazon) -> None:
    amazon.publish(amazon.leaf(until=NOW - SECOND))
    refuses(amazon, launch(), "not valid at validation time")


def test_a_certificate_of_tomorrow_is_refused(amazon: Amazon) -> None:
    amazon.publish(amazon.leaf(since=NOW + DAY))
    refuses(amazon, launch(), "not valid at validation time")


def test_a_remembered_certificate_expires_too(amazon: Amazon) -> None:
    amazon.publish(amazon.leaf(until=NOW + 60 * SECOND))
    assert amazon.verify(launch())
    amazon.now += 61 * SECOND
    refuses(amazon, launch(), "not valid at validation time")


def test_a_chain_to_a_root_that_nobody_trusts_is_refused(amazon: Amazon) -> None:
    stranger = Authority("Root")  # The same name does not make it the same root.
    leaf = stranger.certify(rsa_key("Amazon"), [SIGNER])
    amazon.bucket.put(CHAIN_URL, pem(leaf, stranger.certificate))
    refuses(amazon, launch(), "candidates exhausted")


def test_a_chain_with_a_gap_is_refused(amazon: Amazon) -> None:
    amazon.bucket.put(CHAIN_URL, pem(amazon.leaf()))
    refuses(amazon, launch(), "candidates exhausted")


def test_a_certificate_that_signs_itself_is_refused(amazon: Amazon) -> None:
    amazon.publish(Authority(SIGNER).certificate)
    refuses(amazon, launch(), "certificate is not")


def test_a_leaf_cannot_issue_certificates(amazon: Amazon) -> None:
    forger = Authority("shop.example")
    shop = amazon.intermediate.certify(forger.key, ["shop.example"])
    amazon.publish(forger.certify(rsa_key("Amazon"), [SIGNER]), shop)
    refuses(amazon, launch(), "candidates exhausted")


def test_a_chain_may_go_on_beyond_the_root_that_is_trusted(amazon: Amazon) -> None:
    """Amazon's does: her root is signed by an older one as well."""
    older = Authority("Older root")
    crossed = older.vouch_for(amazon.root)
    amazon.bucket.put(
        CHAIN_URL, pem(amazon.leaf(), amazon.intermediate.certificate, crossed, older.certificate)
    )
    assert amazon.verify(launch())


def test_a_certificate_for_another_kind_of_key_is_refused(amazon: Amazon) -> None:
    amazon.publish(amazon.intermediate.certify(ec.generate_private_key(ec.SECP256R1()), [SIGNER]))
    refuses(amazon, launch(), "RSA")


@pytest.mark.parametrize("content", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA"])
def test_what_is_no_chain_is_refused(amazon: Amazon, content: bytes) -> None:
    amazon.bucket.put(CHAIN_URL, content)
    refuses(amazon, launch(), "no certificate chain")


def test_the_public_roots_hold_amazons() -> None:
    names = {root.subject.rfc4514_string() for root in public_roots()}
    assert "CN=Amazon Root CA 1,O=Amazon,C=US" in names


# What is signed


def test_a_changed_body_is_refused(amazon: Amazon) -> None:
    signature = sign(rsa_key("Amazon"), launch())
    refuses(amazon, launch(locale="de-DE"), "signature", signature=signature)


def test_the_signature_is_of_the_bytes_and_not_of_what_they_mean(amazon: Amazon) -> None:
    signature = sign(rsa_key("Amazon"), launch())
    refuses(amazon, launch() + b"\n", "signature", signature=signature)


def test_a_signature_with_another_key_is_refused(amazon: Amazon) -> None:
    signature = sign(rsa_key("somebody else"), launch())
    refuses(amazon, launch(), "signature", signature=signature)


def test_a_signature_over_sha_1_is_refused(amazon: Amazon) -> None:
    signature = sign(rsa_key("Amazon"), launch(), SHA_1)
    refuses(amazon, launch(), "signature", signature=signature)


@pytest.mark.parametrize("signature", ["AAAA", "no base64!", "é", "A" * 10_000])
def test_what_is_no_signature_is_refused(amazon: Amazon, signature: str) -> None:
    refuses(amazon, launch(), "signature", signature=signature)


@pytest.mark.parametrize("missing", ["chain_url", "signature"])
def test_a_missing_header_is_a_reason_to_refuse(amazon: Amazon, missing: str) -> None:
    headers = {"chain_url": CHAIN_URL, "signature": sign(rsa_key("Amazon"), launch())}
    with pytest.raises(UnverifiedError, match="missing"):
        amazon.verifier.verify(launch(), **{**headers, missing: None})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"hi"', b"\xff", b"[" * 100_000])
def test_a_signed_body_that_is_no_envelope_is_refused(amazon: Amazon, body: bytes) -> None:
    refuses(amazon, body, "no request envelope")


# When it was sent


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        ("LaunchRequest", 150),
        ("LaunchRequest", -150),
        ("AlexaSkillEvent.SkillAccountLinked", 3600),
        ("AlexaSkillEvent.SkillDisabled", -150),
    ],
)
def test_a_request_may_be_as_old_as_amazon_allows(amazon: Amazon, kind: str, seconds: int) -> None:
    amazon.now = NOW + seconds * SECOND
    assert amazon.verify(launch(type=kind))


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        ("LaunchRequest", 151),
        ("LaunchRequest", -151),
        ("AlexaSkillEvent.SkillAccountLinked", 3601),
        ("AlexaSkillEvent.SkillAccountLinked", -151),
        ("NoAlexaSkillEvent.At.All", 151),
    ],
)
def test_a_request_that_is_older_or_of_the_future_is_refused(
    amazon: Amazon, kind: str, seconds: int
) -> None:
    amazon.now = NOW + seconds * SECOND
    refuses(amazon, launch(type=kind), f"sent {seconds} seconds ago")


@pytest.mark.parametrize(
    "timestamp", [None, "", "now", 1_767_637_800, "2026-01-05T18:30:00", {"at": "now"}]
)
def test_a_request_without_a_time_and_its_zone_is_refused(amazon: Amazon, timestamp: Any) -> None:
    refuses(amazon, launch(timestamp=timestamp), "no timestamp")


def test_an_envelope_without_a_request_is_refused(amazon: Amazon) -> None:
    refuses(amazon, b'{"request": 7}', "no timestamp")


# How a chain is fetched


def test_a_chain_is_fetched_once_an_hour(amazon: Amazon) -> None:
    for _ in range(3):
        amazon.verify(launch())
    assert len(amazon.wire.calls) == 1
    amazon.now += timedelta(hours=1)
    amazon.verify(launch(timestamp=amazon.now.isoformat()))
    assert len(amazon.wire.calls) == 2


def test_a_chain_that_amazon_has_renewed_is_taken_up(amazon: Amazon) -> None:
    amazon.publish(amazon.leaf(until=NOW + 60 * SECOND))
    amazon.verify(launch())
    amazon.publish(amazon.leaf())
    amazon.now += timedelta(hours=1)
    assert amazon.verify(launch(timestamp=amazon.now.isoformat()))


def test_no_more_than_a_few_chains_are_remembered(amazon: Amazon) -> None:
    urls = [CHAIN_URL.replace("1.pem", f"{n}.pem") for n in range(CHAINS_KEPT + 1)]
    for url in urls:
        amazon.publish(amazon.leaf(), at=url)
        amazon.verify(launch(), url=url)
    amazon.verify(launch(), url=urls[-1])
    assert len(amazon.wire.calls) == CHAINS_KEPT + 1
    amazon.verify(launch(), url=urls[0])
    assert len(amazon.wire.calls) == CHAINS_KEPT + 2


def test_a_chain_that_is_not_there_is_asked_for_again(amazon: Amazon) -> None:
    amazon.bucket.objects.clear()
    refuses(amazon, launch(), "404")
    amazon.publish(amazon.leaf())
    assert amazon.verify(launch())


def test_a_redirect_is_not_followed(amazon: Amazon) -> None:
    away = Response("", 302, {"Location": f"{amazon.bucket.origin}/elsewhere.pem"})
    amazon.publish(amazon.leaf(), at="/elsewhere.pem")
    amazon.bucket.put(CHAIN_URL, away)
    refuses(amazon, launch(), "302")


def test_a_huge_chain_is_refused(amazon: Amazon) -> None:
    amazon.bucket.put(CHAIN_URL, b" " * (LARGEST_CHAIN + 1))
    refuses(amazon, launch(), "too large")


def test_a_chain_that_trickles_in_is_not_waited_for(amazon: Amazon) -> None:
    over = threading.Event()
    pieces = (b" " for _ in range(100) if not over.wait(0.02))
    amazon.bucket.put(CHAIN_URL, Response(pieces))
    with pytest.raises(UnverifiedError, match="too slow"):
        fetch(amazon.bucket.address(CHAIN_URL), patience=0.2)
    over.set()


@pytest.mark.parametrize("beginning", [b"", b"-----BEGIN"])
def test_a_bucket_that_falls_silent_is_not_waited_for(amazon: Amazon, beginning: bytes) -> None:
    over = threading.Event()

    def content() -> Iterator[bytes]:
        yield beginning
        over.wait(2)

    amazon.bucket.put(CHAIN_URL, Response(content()))
    with pytest.raises(UnverifiedError, match="cannot be had"):
        fetch(amazon.bucket.address(CHAIN_URL), patience=0.2)
    over.set()


def test_a_bucket_that_is_not_there_is_a_reason_to_refuse(amazon: Amazon) -> None:
    amazon.bucket.origin = "http://127.0.0.1:1"
    refuses(amazon, launch(), "cannot be had: ConnectionError")
