"""Limits and proxies as the environment gives them: read, or refused with the reason."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker.limits import limit_from, proxies_from, whole_from


@pytest.mark.parametrize(("text", "limit"), [("600/60", (600, 60)), ("1/1", (1, 1)), ("0", (0, 0))])
def test_a_limit_is_requests_by_seconds_or_off(text: str, limit: tuple[int, int]) -> None:
    assert limit_from("LIMIT_READ", text) == limit


@pytest.mark.parametrize(
    "text", ["", "600", "600/0", "0/60", "-1/60", "600/60s", "６００/60", "1/100000", "9999999999/1"]
)
def test_another_form_is_refused_by_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="LIMIT_READ must look like 600/60"):
        limit_from("LIMIT_READ", text)


@pytest.mark.parametrize(
    ("text", "proxies"),
    [
        ("", 0),
        ("0", 0),
        ("2", 2),
        ("127.0.0.1", (ip_network("127.0.0.1"),)),
        ("10.0.0.0/8, fd00::/8", (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))),
    ],
)
def test_proxies_are_a_number_or_addresses(text: str, proxies: object) -> None:
    assert proxies_from(text) == proxies


@pytest.mark.parametrize("text", ["yes", "-1", "11", "99999", "10.0.0.1/8", "127.0.0.1,", "proxy.example", "２"])
def test_other_proxies_are_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES must be"):
        proxies_from(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("32", 32), ("99999", 99999)])
def test_a_whole_number_is_one(text: str, number: int) -> None:
    assert whole_from("RESPONSE_CACHE_MB", text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "100000", "３２", "32 MB"])
def test_another_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="RESPONSE_CACHE_MB must be a whole number"):
        whole_from("RESPONSE_CACHE_MB", text)
