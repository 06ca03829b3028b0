"""Turns the environment's limits and proxies into settings, and says clearly what is wrong with them."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

FORM = re.compile(r"([0-9]{1,9})/([0-9]{1,5})")
MOST_PROXIES = 10


def limit_from(name: str, text: str) -> tuple[int, int]:
    """'600/60' as (600, 60): at most 600 in 60 seconds; '0' is no limit. Raises ImproperlyConfigured."""
    if text == "0":
        return 0, 0
    found = FORM.fullmatch(text)
    if not found or not all(int(part) for part in found.groups()):
        raise ImproperlyConfigured(f"{name} must look like 600/60 (requests/seconds), or be 0 for no limit: {text!r}.")
    return int(found[1]), int(found[2])


def whole_from(name: str, text: str) -> int:
    """A whole number of at most five digits, 0 too. Raises ImproperlyConfigured."""
    if not re.fullmatch("[0-9]{1,5}", text):
        raise ImproperlyConfigured(f"{name} must be a whole number from 0 to 99999, not {text!r}.")
    return int(text)


def proxies_from(text: str) -> int | tuple[IPv4Network | IPv6Network, ...]:
    """TRUSTED_PROXIES as the number of proxies in a row, or as their addresses or networks; blank trusts none."""
    if not text:
        return 0
    if text.isascii() and text.isdigit() and int(text[:4]) <= MOST_PROXIES:
        return int(text)
    try:
        return tuple(ip_network(one.strip()) for one in text.split(","))
    except ValueError as error:
        detail = f"TRUSTED_PROXIES must be a number of proxies or their addresses joined by commas: {error}."
        raise ImproperlyConfigured(detail) from None
