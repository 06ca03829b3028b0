"""A client that openapi-python-client makes of the document plays the day, and everything in it is typed."""

import subprocess
import sys
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from django.utils import timezone

from measures.models import Event
from measures.operations import checkpoints
from tests import builders
from tests.api import wire
from tests.duties import also
from tests.journeys.by_client.fitting import misfits
from tests.journeys.generated import ROOT, Generated, generated, run
from tests.journeys.http import Caller
from tests.openapi import documented, stages
from tests.operations.logs import seal_all

BY_CLIENT = ROOT / "tests" / "journeys" / "by_client"
KPI = "sme-patent-share"


@pytest.fixture(scope="module")
def made(served: str, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    document = Caller(served).get("/api/v1/openapi.json").json
    return generated(document, tmp_path_factory.mktemp("client"))


def test_every_operation_and_schema_is_in_the_client_and_nothing_is_complained_of(made: Generated) -> None:
    assert made.complaints == ""
    assert made.left_out == set()
    assert made.document == documented.document()


@pytest.mark.django_db(transaction=True)
def test_the_day_is_played_by_the_client_alone(made: Generated, served: str, loaded: None) -> None:
    tokens = {name: builders.token(name) for name in ("officer.jpo", "approver.jpo", "coordinator")}
    report = run(made, "day", {"base": served, "tokens": tokens})
    assert report["measures"] == 33
    operations = documented.operations(made.document)
    print(
        f"generated client: {len(operations)} operations, {len(made.left_out)} left out, "
        f"the day played in {report['calls']} calls"
    )


@pytest.mark.django_db(transaction=True)
def test_every_read_is_answered_as_the_type_that_the_client_says(made: Generated, served: str, loaded: None) -> None:
    stages.a_milestone()
    stages.a_decision()
    stages.a_proposed_day()
    builders.evidence(builders.an_update(at_status="approved", evidence=True))
    # So that everything is theirs to see, and something waits for them.
    also("administrator", role="coordinator", ministry="cao")
    also("administrator", role="officer", ministry="jpo")
    builders.an_import("administrator")
    stages.a_proposal()
    wire.send(builders.client("coordinator"), "post", "/reports", {"cycle": "FY2020"})
    seal_all()
    checkpoints.checkpoint(at=timezone.now())
    reads = [one["get"]["operationId"] for one in made.document["paths"].values() if "get" in one]
    token = builders.token("administrator")
    places = {
        "kpis": KPI,
        "tokens": token.partition(".")[0],
        "audit": Event.objects.earliest("pk").pk,
        "name": "report.json",
    }
    said = run(made, "reads", {"base": served, "token": token, "reads": reads, "places": places})
    assert set(said) == set(reads)
    assert {name for name, kind in said.items() if kind in ("str", "File")} == {
        *(name for name in reads if name.startswith("export_") and not name.endswith("_json")),
        "get_checkpoint",
        "get_evidence_file",
        "get_import_template",
        "get_marked_import",
        "show_docs",
    }


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_not_of_its_type_stops_the_program(served: str, loaded: None, tmp_path: Path) -> None:
    spoilt = deepcopy(documented.document())
    spoilt["components"]["schemas"]["KpiStandingBrief"]["properties"]["lost"] = {"type": "string"}
    given = {"base": served, "token": builders.token("administrator"), "reads": ["list_kpis"], "places": {}}
    with pytest.raises(AssertionError, match=r"KpiPage\.items\[0\]\.standing\.lost: False is not <class 'str'>"):
        run(generated(spoilt, tmp_path), "reads", given)


def complaints_of_mypy(made: Generated, program: Path) -> str:
    given = ("--strict", "--config-file=", f"--cache-dir={made.folder / 'mypy'}", "--follow-imports=silent")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *given, "--no-error-summary", str(program)],
        cwd=ROOT,
        env={"MYPYPATH": str(made.folder)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_the_day_is_written_in_the_types_of_the_client(made: Generated) -> None:
    assert complaints_of_mypy(made, BY_CLIENT / "day.py") == ""


def test_a_program_that_misreads_a_type_of_the_client_is_found(made: Generated, tmp_path: Path) -> None:
    text = (BY_CLIENT / "day.py").read_text()
    for good, bad in ((".measures.by_status[", ".measures.by_state["), ("year=2019)", 'year="2019")')):
        assert good in text
        program = tmp_path / "misread.py"
        program.write_text(text.replace(good, bad))
        assert complaints_of_mypy(made, program).count("error:") == 1


def test_what_the_generator_cannot_make_is_complained_of_and_counted(tmp_path: Path) -> None:
    spoilt = deepcopy(documented.document())
    summary = spoilt["paths"]["/api/v1/summary"]["get"]
    summary["parameters"].append({"name": "tint", "in": "query", "schema": {"$ref": "#/components/schemas/Tint"}})
    spoilt["components"]["schemas"]["SourceBrief"]["properties"]["title"] = {"type": "integer", "default": "x"}
    without = generated(spoilt, tmp_path)
    assert "get_summary" in without.left_out
    assert "SourceBrief" in without.left_out
    assert "/api/v1/summary" in without.complaints and "SourceBrief" in without.complaints


@attrs.define
class Standing:
    state: str
    met_on: date | None


@attrs.define
class Kpi:
    code: str
    at: datetime
    standing: Standing | None
    values: list[Standing]
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)


AT = datetime.fromisoformat("2026-11-23T15:04:05+09:00")
GOOD = Standing("met", date(2019, 12, 31))


def test_an_answer_of_models_fits() -> None:
    assert list(misfits(Kpi("a", AT, GOOD, [GOOD]), Kpi, "Kpi")) == []
    assert list(misfits(Kpi("a", AT, None, []), Kpi, "Kpi")) == []


@pytest.mark.parametrize(
    ("kpi", "where"),
    [
        (Kpi("a", AT, {"state": "met"}, []), "Kpi.standing"),  # type: ignore[arg-type]
        (Kpi("a", "2026-11-23", None, []), "Kpi.at"),  # type: ignore[arg-type]
        (Kpi("a", AT, None, [GOOD, {"state": "met"}]), "Kpi.values[1]"),  # type: ignore[list-item]
        (Kpi("a", AT, Standing("met", "2019-12-31"), []), "Kpi.standing.met_on"),  # type: ignore[arg-type]
        ({"code": "a"}, "Kpi"),
    ],
)
def test_a_dictionary_or_a_text_in_the_place_of_a_type_is_found(kpi: object, where: str) -> None:
    (found,) = misfits(kpi, Kpi, "Kpi")
    assert found.partition(":")[0] == where


def test_a_field_that_is_not_documented_is_found() -> None:
    kpi = Kpi("a", AT, None, [])
    kpi.additional_properties["colour"] = "red"
    assert list(misfits(kpi, Kpi, "Kpi")) == ["Kpi: ['colour'] are not documented"]
