"""The one byte-for-byte form of what is hashed: RFC 8785 JSON without floating-point numbers."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

LARGEST_INTEGER = 2**53 - 1
LEAF_PREFIX = b"\x00"


def canonical(value: Any) -> str:
    """`value` as RFC 8785 text: keys in order, no blanks, decimals and instants as strings.

    Raises TypeError on a float or an unknown type and ValueError on an integer past 2**53 - 1 or a key outside
    ASCII, whose order RFC 8785 defines by UTF-16 units and we never need.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def leaf_hash(body: str) -> bytes:
    """The 32-byte leaf hash of RFC 9162, section 2.1.1: SHA-256(0x00 || body)."""
    return sha256(LEAF_PREFIX + body.encode()).digest()


def instant(at: datetime) -> str:
    """An instant in UTC with six decimals, so that equal instants have equal text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is past the integers that JSON keeps exactly")
        return int(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise ValueError(f"{key!r} is not an ASCII key")
    return str(key)
