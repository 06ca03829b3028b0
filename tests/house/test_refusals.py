"""Every way to refuse has an HTTP status, and every status a title."""

from collections.abc import Iterator

from measures import errors
from measures.api import problems


def kinds(base: type[errors.Refusal]) -> Iterator[type[errors.Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_refusal_has_a_status_of_its_own_kind() -> None:
    statuses = problems.STATUSES | problems.EDGE_STATUSES
    assert set(kinds(errors.Refusal)) == set(statuses)
    assert all(400 <= status < 500 or status == 503 for status in statuses.values())


def test_every_status_has_a_title() -> None:
    given = {*problems.STATUSES.values(), *problems.EDGE_STATUSES.values(), 401, 405, 406, 415, 500, 503}
    assert given <= set(problems.TITLES)


def test_every_refusal_says_in_its_docstring_which_status_it_is() -> None:
    for kind, status in (problems.STATUSES | problems.EDGE_STATUSES).items():
        assert kind.__doc__ and f"({status})" in kind.__doc__, kind
