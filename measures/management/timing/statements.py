"""What the limit answers with: one statement for each path, whose JSON PostgreSQL builds, written by hand."""

from django.db.models import TextChoices

from measures.vocabulary import (
    Basis,
    DataState,
    Health,
    MeasureKind,
    MeasureStatus,
    ObligationState,
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


def _filtered(conditions: dict[str, str], source: str) -> str:
    """{word: number of rows in which its condition holds}."""
    return _object(source, **{word: f"count(*) FILTER (WHERE {holds})" for word, holds in conditions.items()})


# What is the same, overlaps or was merged counts once, with the worst rating of it.
_WORST = [Rating.B, Rating.A, Rating.N, Rating.F]
_UNITS = f"""
    link AS (
        SELECT measure_id AS one, other_id AS other FROM measures_measurelink
        WHERE kind IN ('same_as', 'overlaps', 'merged_into')
    ), joined AS (
        SELECT one, other FROM link UNION SELECT other, one FROM link
    ), reached AS (
        SELECT one AS first, one FROM joined
        UNION SELECT reached.first, joined.other FROM reached JOIN joined ON joined.one = reached.one
    ), part AS (
        SELECT one, min(first) AS first FROM reached GROUP BY one
    ), unit AS (
        SELECT count(*) AS size, bool_or(g.ratable > 0) AS ratable,
            min(array_position(ARRAY[{", ".join(f"'{one}'" for one in _WORST)}], g.rating::text)) AS worst
        FROM measures_measure m LEFT JOIN measures_measurestanding g ON g.measure_id = m.id
            LEFT JOIN part ON part.one = m.id
        GROUP BY coalesce(part.first, m.id)
    )"""
_OWED = """
    owed AS (
        SELECT y.code, o.due_on, o.waived_at, o.reported_at, o.in_time_at, c.opens_on, c.due_on AS all_due_on,
            (o.reported_at AT TIME ZONE 'Asia/Tokyo')::date AS reported_on,
            (o.in_time_at AT TIME ZONE 'Asia/Tokyo')::date AS in_time_on,
            o.waived_at IS NULL OR o.due_on < (o.waived_at AT TIME ZONE 'Asia/Tokyo')::date AS counts
        FROM measures_obligation o JOIN measures_cycle c ON c.id = o.cycle_id
            JOIN measures_ministry y ON y.id = o.ministry_id
        WHERE c.state = 'open'
    )"""
_TODAY, _STILL = "%(on)s::date", "waived_at IS NULL AND reported_at IS NULL"
_STATES = {
    ObligationState.NOT_DUE: f"{_STILL} AND due_on >= {_TODAY} AND opens_on > {_TODAY}",
    ObligationState.DUE: f"{_STILL} AND due_on >= {_TODAY} AND opens_on <= {_TODAY}",
    ObligationState.OVERDUE: f"{_STILL} AND due_on < {_TODAY}",
    ObligationState.REPORTED_ON_TIME: "waived_at IS NULL AND due_on >= reported_on",
    ObligationState.REPORTED_LATE: "waived_at IS NULL AND due_on < reported_on",
    ObligationState.WAIVED: "waived_at IS NOT NULL",
}
_OF_COUNTED = "nullif(count(*) FILTER (WHERE counts), 0)"


def _told(source: str, **more: str) -> str:
    """How the obligations of `source`, rows of owed, stand."""
    share = "round(count(*) FILTER (WHERE counts AND {})::numeric / " + _OF_COUNTED + ", 6)::text"
    states = _filtered({str(state): _STATES[state] for state in ObligationState}, "")
    return _object(
        source, total="count(*)", by_state=states, owed="count(*) FILTER (WHERE counts)",
        completeness=share.format("all_due_on >= in_time_on"), timeliness=share.format("in_time_at IS NOT NULL"),
        is_frozen=f"coalesce(max(due_on) < {_TODAY}, false)", **more,
    )  # fmt: skip


# The revision is given: counting a million events for it takes 30 times as long as all the rest.
_RATED = "rating IN ('A', 'B')"
SUMMARY = f"WITH RECURSIVE {_UNITS}, {_OWED} SELECT " + _object(
    revision="%(revision)s::bigint", known_at="NULL::text",
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
    rollup=_object(
        "FROM unit", total="count(*)", ratable="count(*) FILTER (WHERE ratable)",
        rated="count(*) FILTER (WHERE worst <= 2)",
        by_rating=_filtered({str(one): f"worst = {_WORST.index(one) + 1}" for one in Rating}, ""),
        counted_once="count(*) FILTER (WHERE size > 1)",
    ),
    kpis=_object(
        "FROM measures_kpistanding",
        total="count(*)", ratable="count(*) FILTER (WHERE state NOT IN ('not_applicable', 'unresolved'))",
        rated=f"count(*) FILTER (WHERE {_RATED})", met="count(*) FILTER (WHERE met)",
        by_rating=_counts("rating", "FROM measures_kpistanding WHERE rating IS NOT NULL", Rating),
    ),
    obligations=_told(
        "FROM owed",
        by_ministry="(SELECT json_object_agg(code, " + _told("FROM owed WHERE owed.code = y.code")
                    + " ORDER BY code) FROM (SELECT DISTINCT code FROM owed) AS y)",
    ),
) + "::text"  # fmt: skip
