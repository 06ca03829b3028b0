"""The canonical text and its leaf hash."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from measures.audit.canonical import canonical, instant, leaf_hash


def test_keys_are_in_order_and_nothing_is_padded() -> None:
    assert canonical({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'


def test_decimals_keep_their_digits_and_instants_are_utc_with_six_places() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert canonical({"v": Decimal("16.10"), "e": Decimal("1E+2"), "d": date(2026, 11, 1), "t": at}) == (
        '{"d":"2026-11-01","e":"100","t":"2026-11-01T00:00:00.000000Z","v":"16.10"}'
    )
    assert instant(at) == "2026-11-01T00:00:00.000000Z"


def test_text_is_escaped_as_rfc_8785_says() -> None:
    assert canonical('\x0f\n"\\/€\u20ac') == '"\\u000f\\n\\"\\\\/€€"'


@pytest.mark.parametrize("value", [1.5, object(), b"bytes", {1: "a"}, {"é": 1}, 2**53])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


def test_the_leaf_hash_of_nothing_is_that_of_rfc_9162() -> None:
    # RFC 9162's test vector for an empty leaf: SHA-256 of the single byte 0x00.
    assert leaf_hash("").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
