"""Every operation under requests that nobody thought of: nothing fails, and nothing is answered that is not documented.

The requests are the same each time: they are derived from the document and this file, and no past failure is kept.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import APIOperation, Case, GenerationMode

from tests import builders
from tests.figures import Figure
from tests.openapi import fuzzing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

ROLES = ("", "officer.jpo", "coordinator")
# At least so many cases in all.
GOAL = 3_000
AT_RANDOM = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 5}
BOUNDARIES = 2
# They take nothing that could be wrong.
TAKE_NOTHING = ("/api/v1/docs", "/api/v1/openapi.json", "/api/v1/audit/keys", "/api/v1/exports/log.jsonl")
SAME_EACH_TIME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


STEPS, WALKS = 14, 24
# Operations that must be done at least once by all walks together.
MOST = 12
# Who does what in a walk; everything else is the coordinator's.
DOERS = {"approve": "approver.mext", "return": "approver.mext", "people": "administrator", "duties": "administrator"}
DOERS |= {"updates": "officer.mext", "submit": "officer.mext", "withdraw": "officer.mext"}


def credentials(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {builders.token(role)}"} if role else {}


def test_no_request_of_anyone_is_a_5xx_or_answered_as_nothing_documents(there: None, figure: Figure) -> None:
    began, statuses, keys, operations = time.monotonic(), Counter[int](), count(), set()
    roles = [credentials(role) for role in ROLES]

    def ask(case: Case, mode: GenerationMode) -> None:
        for role in roles:
            key = {"Idempotency-Key": f"key-{next(keys)}"} if fuzzing.has_key(case, mode) else {}
            response = case.call_and_validate(headers=role | key, checks=fuzzing.checks_of(case, mode))
            statuses[response.status_code] += 1

    for mode, source in fuzzing.sources().items():
        schema = fuzzing.loaded(source)
        for operation in fuzzing.operations(schema):
            operations.add(operation.label)
            at_random(operation, mode, ask)
            for case in islice(boundaries(schema, operation, mode), BOUNDARIES):
                ask(case, mode)
    assert statuses.total() >= GOAL
    figure(
        f"schemathesis: {statuses.total()} cases by {len(ROLES)} roles, {len(operations)} operations, "
        f"{time.monotonic() - began:.0f} s, {dict(sorted(statuses.items()))}"
    )


def at_random(operation: APIOperation, mode: GenerationMode, ask: Callable[[Case, GenerationMode], None]) -> None:
    if mode == GenerationMode.NEGATIVE and operation.path in TAKE_NOTHING:
        return

    @settings(SAME_EACH_TIME, max_examples=AT_RANDOM[mode])
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Case) -> None:
        ask(case, mode)

    each()


def boundaries(schema: Any, operation: APIOperation, mode: GenerationMode) -> Iterator[Case]:
    """The values at the edges of what is documented, one after the other."""
    generation = schema.config.generation
    return schema.iter_coverage_cases(operation, generation_modes=[mode], generation_config=generation)


def test_no_walk_along_the_links_is_a_5xx_or_answered_as_nothing_documents(
    there: None, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    # Between two requests Django closes a connection that is in a transaction, which each walk is.
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    began, done, keys = time.monotonic(), Counter[tuple[str, int]](), count()
    sent = {name: credentials(name) for name in {*DOERS.values(), "coordinator"}}

    class Walk(fuzzing.loaded(fuzzing.willing()).as_state_machine()):  # type: ignore[misc]
        """Each walk begins with the same rows, or the same steps could be answered otherwise the second time."""

        def setup(self) -> None:
            self.walk = transaction.atomic()
            self.walk.__enter__()
            with connection.cursor() as cursor:
                # Inventing the next request can take longer than a request may idle in its transaction.
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.walk.__exit__(None, None, None)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": sent[doer(case)] | {"Idempotency-Key": f"walk-{next(keys)}"}}

        def after_call(self, response: Any, case: Case) -> None:
            done[case.operation.definition.raw["operationId"], response.status_code] += 1

        def validate_response(self, response: Any, case: Case, additional_checks: Any = None, **kwargs: Any) -> None:
            case.validate_response(response, checks=fuzzing.checks_of(case), transport_kwargs=kwargs)

    run_state_machine_as_test(Walk, settings=settings(SAME_EACH_TIME, max_examples=WALKS, stateful_step_count=STEPS))
    succeeded = {name for name, status in done if status < 300}
    figure(
        f"schemathesis along the links: {done.total()} cases, {len({name for name, _ in done})} operations, of which "
        f"{len(succeeded)} succeeded, {time.monotonic() - began:.0f} s"
    )
    # How deep a walk goes differs; the journeys play the flow to its end.
    assert len(succeeded) >= MOST


def doer(case: Case) -> str:
    parts = case.operation.path.split("/")[3:]
    return next((DOERS[part] for part in reversed(parts) if part in DOERS), "coordinator")
