"""What the limit answers with: one statement for each path, whose JSON PostgreSQL builds, written by hand."""

from django.db.models import TextChoices

from measures.vocabulary import (
    Basis,
    DataState,
    Health,
    MeasureKind,
    MeasureStatus,
    Rating,
    StandingState,
)

SHARE, SHORT, NUMBER = "round({}, 6)::text", "trim_scale(round({}, 6))::text", "{}::text"


def _labelled(vocabulary: type[TextChoices], column: str) -> str:
    cases = " ".join(f"WHEN '{one.value}' THEN '{one.label}'" for one in vocabulary)
    return f"CASE {column} {cases} ELSE '' END"


def _object(source: str = "", **parts: str) -> str:
    """A JSON object; a row made JSON has no blanks, unlike what json_build_object writes."""
    columns = ", ".join(f'{text} AS "{name}"' for name, text in parts.items())
    return f"(SELECT to_json(o) FROM (SELECT {columns} {source}) AS o)"


def _period(prefix: str) -> str:
    """The wire form of a period in the columns `prefix`_type, _start and _end."""
    kind, start = f"{prefix}_type", f"{prefix}_start"
    year, fiscal = f"extract(year FROM {start})::int", f"extract(year FROM {start} - interval '3 months')::int"
    month = f"mod(extract(month FROM {start})::int + 8, 12)"
    shapes = {
        "fiscal_year": {"year": year},
        "calendar_year": {"year": year},
        "month": {"year": year, "month": f"extract(month FROM {start})::int"},
        "quarter": {"year": fiscal, "quarter": f"{month} / 3 + 1"},
        "half_year": {"year": fiscal, "half": f"{month} / 6 + 1"},
        "point": {"on": start},
    }
    cases = " ".join(f"WHEN '{name}' THEN {_object(type=kind, **shape)}" for name, shape in shapes.items())
    return f"CASE {kind} {cases} END"


_STANDING = _object(
    state="t.state", state_label=_labelled(StandingState, "t.state"), rating="t.rating", rule="t.rule",
    value="t.value::text", low="t.low::text", high="t.high::text", period=_period("t.period"),
    progress=SHARE.format("t.progress"), elapsed=SHARE.format("t.elapsed"), required=SHORT.format("t.required"),
    target=SHORT.format("t.target"), target_low=SHORT.format("t.target_low"), target_high=SHORT.format("t.target_high"),
    baseline="t.baseline::text", met="t.met", met_on=_period("t.met_on"), lost="t.lost", provisional="t.provisional",
    approximate="t.approximate", indeterminate="t.indeterminate", data_state="t.data_state",
    data_state_label=_labelled(DataState, "t.data_state"),
)  # fmt: skip
_KPI = _object(code="k.code", name="k.name", basis="l.basis", reason="l.reason", standing=_STANDING)
_ASSIGNED = _object(
    code="y.code", name="y.name", name_en="y.name_en", basis="a.basis", basis_label=_labelled(Basis, "a.basis"),
    reason="a.reason", lines="CASE WHEN s.id IS NOT NULL THEN to_json(ARRAY[s.first_line, s.last_line]) END",
)  # fmt: skip
_ASSIGNMENTS = (
    "FROM measures_assignment a JOIN measures_ministry y ON y.id = a.ministry_id"
    " LEFT JOIN measures_element s ON s.id = a.element_id WHERE a.measure_id = m.id AND a.valid_to IS NULL"
)
_MEASURE = _object(
    code="m.code", document="d.code", element="e.code", lines="to_json(ARRAY[e.first_line, e.last_line])",
    text="e.text", title="m.title", title_en="m.title_en", kind="m.kind", kind_label=_labelled(MeasureKind, "m.kind"),
    section="p.code", viewpoints="e.viewpoints",
    lead=f"(SELECT {_ASSIGNED} {_ASSIGNMENTS} AND a.role = 'lead' ORDER BY y.precedence, y.code LIMIT 1)",
    supporting=f"array_to_json(ARRAY(SELECT {_ASSIGNED} {_ASSIGNMENTS} AND a.role <> 'lead'"
    " ORDER BY y.precedence, y.code))",
    status="m.status", status_label=_labelled(MeasureStatus, "m.status"), status_since="m.status_since",
    health="m.health", health_label=_labelled(Health, "m.health"),
    standing=_object(
        rating="g.rating", rule="g.rule", total="g.total", ratable="g.ratable", rated="g.rated", met="g.met"
    ),
    divergent="g.divergent",
    explanation="CASE WHEN g.explained_by_id IS NOT NULL THEN " + _object(
        cause="x.explanation_cause", corrective_step="x.explanation_corrective_step", owner="x.explanation_owner",
        due_on="x.explanation_due_on", update="x.id",
    ) + " END",
    kpis=f"array_to_json(ARRAY(SELECT {_KPI} FROM measures_kpilink l JOIN measures_kpi k ON k.id = l.kpi_id"
    " LEFT JOIN measures_kpistanding t ON t.kpi_id = k.id WHERE l.measure_id = m.id ORDER BY k.code))",
    due_on="m.due_on",
    updated_at="to_char(m.updated_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+09:00\"')",
    revision="m.version",
)  # fmt: skip
# A page of measures of one document that changed since a moment; its cursor is given, since signing needs a secret.
PAGE = f"""
    SELECT '{{"items":' || array_to_json(ARRAY(
        SELECT {_MEASURE} FROM (
            SELECT m.id, d.code AS k0, e.order AS k1, m.code AS k2 FROM measures_measure m
                JOIN measures_element e ON e.id = m.element_id JOIN measures_document d ON d.id = e.document_id
            WHERE d.code = %(document)s AND m.updated_at >= %(since)s::timestamptz
            ORDER BY d.code, e.order, m.code LIMIT 100
        ) AS page JOIN measures_measure m USING (id) JOIN measures_element e ON e.id = m.element_id
            JOIN measures_document d ON d.id = e.document_id LEFT JOIN measures_element p ON p.id = e.parent_id
            LEFT JOIN measures_measurestanding g ON g.measure_id = m.id
            LEFT JOIN measures_progressupdate x ON x.id = g.explained_by_id
        ORDER BY k0, k1, k2
    ))::text || ',"next":' || to_json(%(next)s::text) || '}}'"""


def _counts(what: str, source: str, vocabulary: type[TextChoices] | None = None) -> str:
    """{word: number}; words of the vocabulary that nothing has are 0."""
    counted = f"SELECT {what} AS word, count(*) AS number {source} GROUP BY 1"
    if vocabulary is None:
        return f"(SELECT json_object_agg(word, number ORDER BY word) FROM ({counted}) AS c)"
    words = ", ".join(f"'{word}'" for word in vocabulary.values)
    return (
        f"(SELECT json_object_agg(word, coalesce(number, 0) ORDER BY place) FROM unnest(ARRAY[{words}])"
        f" WITH ORDINALITY AS v (word, place) LEFT JOIN ({counted}) AS c USING (word))"
    )


# The revision is given: counting a million events for it takes 30 times as long as all the rest.
_RATED = "rating IN ('A', 'B')"
SUMMARY = "SELECT " + _object(
    revision="%(revision)s::bigint",
    measures=_object(
        total="(SELECT count(*) FROM measures_measure)",
        by_status=_counts("status", "FROM measures_measure", MeasureStatus),
        by_ministry=_counts("y.code", "FROM measures_assignment a JOIN measures_ministry y ON y.id = a.ministry_id"
                            " WHERE a.role = 'lead' AND a.valid_to IS NULL"),
        by_section=_counts("p.code", "FROM measures_measure m JOIN measures_element e ON e.id = m.element_id"
                           " JOIN measures_element p ON p.id = e.parent_id"),
        by_viewpoint=_counts("unnest(e.viewpoints)",
                             "FROM measures_measure m JOIN measures_element e ON e.id = m.element_id"),
        divergent="(SELECT count(*) FROM measures_measurestanding WHERE divergent)",
        unexplained="(SELECT count(*) FROM measures_measurestanding WHERE divergent AND explained_by_id IS NULL)",
    ),
    kpis=_object(
        "FROM measures_kpistanding",
        total="count(*)", ratable="count(*) FILTER (WHERE state NOT IN ('not_applicable', 'unresolved'))",
        rated=f"count(*) FILTER (WHERE {_RATED})", met="count(*) FILTER (WHERE met)",
        by_rating=_counts("rating", "FROM measures_kpistanding WHERE rating IS NOT NULL", Rating),
    ),
) + "::text"  # fmt: skip
