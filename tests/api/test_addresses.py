"""Which address a request is counted under: the peer's, unless a trusted proxy names another."""

from ipaddress import ip_network

import pytest

from measures.api.addresses import caller_of, client_address

PEER = "192.0.2.1"
PROXIES = (ip_network("192.0.2.0/24"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, [], PEER),
        (0, ["203.0.113.7"], PEER),
        ((), ["203.0.113.7"], PEER),
        (1, [], PEER),
        (1, ["203.0.113.7"], "203.0.113.7"),
        (1, ["6.6.6.6", "203.0.113.7"], "203.0.113.7"),
        (2, ["6.6.6.6", "203.0.113.7", "10.0.0.1"], "203.0.113.7"),
        (2, ["203.0.113.7"], "203.0.113.7"),
        (1, ["203.0.113.7", "unknown"], PEER),
        (PROXIES, [], PEER),
        (PROXIES, ["203.0.113.7"], "203.0.113.7"),
        (PROXIES, ["6.6.6.6", "203.0.113.7", "192.0.2.9", "fd00::1"], "203.0.113.7"),
        (PROXIES, ["6.6.6.6", "unknown", "192.0.2.9"], "192.0.2.9"),
        (PROXIES, ["192.0.2.8", "192.0.2.9"], "192.0.2.8"),
        ((ip_network("10.0.0.0/8"),), ["203.0.113.7"], PEER),
    ],
)
def test_only_what_a_trusted_proxy_added_is_believed(trusted: object, forwarded: list[str], address: str) -> None:
    assert client_address(peer=PEER, forwarded=forwarded, trusted=trusted) == address  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::99", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::99]:443", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("", ""),
    ],
)
def test_an_address_is_cut_to_what_one_customer_has(peer: str, address: str) -> None:
    assert client_address(peer=peer, forwarded=[], trusted=0) == address


def test_the_address_itself_is_not_kept() -> None:
    callers = {caller_of({"REMOTE_ADDR": peer}) for peer in (PEER, PEER, "192.0.2.2")}
    assert len(callers) == 2
    assert all(len(caller) == 32 and PEER not in caller for caller in callers)
