"""Where a request comes from, as far as that can be believed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

Network = IPv4Network | IPv6Network
# One customer holds at least this much of the IPv6 space, and may speak from any address of it.
ONE_CUSTOMER = 64


def caller_of(meta: Mapping[str, Any]) -> str:
    """The caller's address under which it is counted, from a request's WSGI variables.

    It is a keyed hash, since an address may be a person's.
    """
    return _hashed(*_given(meta), settings.TRUSTED_PROXIES, settings.SECRET_KEY)


def address_of(meta: Mapping[str, Any]) -> str:
    """The caller's address in clear, for whoever it is of and no log."""
    return _address(*_given(meta), settings.TRUSTED_PROXIES)


def _given(meta: Mapping[str, Any]) -> tuple[str, str]:
    return meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")


@lru_cache(maxsize=1024)
def _hashed(peer: str, forwarded: str, trusted: int | tuple[Network, ...], key: str) -> str:
    address = _address(peer, forwarded, trusted)
    return salted_hmac("measures.api.addresses", address, secret=key, algorithm="sha256").hexdigest()[:32]


def _address(peer: str, forwarded: str, trusted: int | tuple[Network, ...]) -> str:
    named = [one.strip() for one in forwarded.split(",") if one.strip()]
    return client_address(peer=peer, forwarded=named, trusted=trusted)


def client_address(*, peer: str, forwarded: Sequence[str], trusted: int | Sequence[Network]) -> str:
    """The peer's address, unless proxies that are `trusted`, by their number or their networks, name another.

    Each proxy adds at the right end of `forwarded` whom it heard; what stands left of the trusted ones was sent by
    the client and is never looked at. An IPv6 address is cut to its network.
    """
    if isinstance(trusted, int):
        named = forwarded[-min(trusted, len(forwarded))] if trusted and forwarded else peer
        return _plain(named) or _plain(peer) or peer
    heard = peer
    for named in reversed(forwarded):
        if not _is_trusted(heard, trusted) or not _plain(named):
            break
        heard = named
    return _plain(heard) or heard


def _is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    address = _parsed(text)
    return address is not None and any(address in network for network in trusted)


def _plain(text: str) -> str:
    address = _parsed(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, ONE_CUSTOMER), strict=False))
    return str(address or "")


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address in `text`, without the port that some proxies add; an IPv4 address in IPv6 dress is itself."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
