"""The hostile callers find what they are there to find: the same cases against a service with a fault in it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.hostile import test_bodies, test_framing, test_targets
from tests.hostile.conftest import NO_LIMITS, Stage
from tests.journeys.service import FAULTY, service

pytestmark = pytest.mark.django_db(transaction=True)

FOUND: dict[str, tuple[Callable[[Stage], None], str]] = {
    "json_is_read_as_python_likes_it": (
        test_bodies.test_a_body_that_is_not_plain_is_refused_with_its_place_400,
        "a key twice",
    ),
    "refusals_show_their_trace": (test_framing.test_a_compressed_body_is_415, "Traceback"),
    "unknown_addresses_get_a_page": (
        test_targets.test_an_address_that_is_not_there_is_400_404_in_the_one_shape,
        "text/html",
    ),
}


@pytest.mark.parametrize("fault", FOUND)
def test_a_planted_fault_is_found(stage: Stage, fault: str) -> None:
    check, said = FOUND[fault]
    faulty = service("--workers", "1", application=FAULTY, FAULT=fault, **NO_LIMITS)
    with faulty as base, pytest.raises(AssertionError, match=said):
        check(replace(stage, port=int(base.rpartition(":")[2])))
