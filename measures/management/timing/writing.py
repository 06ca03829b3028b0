"""The limit of a report: the same rows in tables of the same shape, each step one statement and so one transaction."""

from django.db import connection

from measures.management.bench.rows import execute

# The tables that a report changes. Their copies have the indexes, defaults, CHECKs and foreign keys, not the triggers.
TABLES = (
    "progressupdate", "reportedvalue", "review", "source", "observation", "statuschange", "event",
    "measure", "kpi", "kpistanding", "measurestanding",
)  # fmt: skip
# Those that a report finds and changes are full.
FILLED = ("measure", "kpi", "kpistanding", "measurestanding")
SCHEMA = "bench_limit"
_EVENT = """
    INSERT INTO bench_limit.measures_event (at, actor_id, verb, subject_type, subject_code, body, leaf_hash, request_id,
        audience, ministry_id, xid, cluster)
    SELECT now(), actor, '{verb}', 'update', id::text, body, sha256('\\x00'::bytea || convert_to(body, 'UTF8')), '',
        '{audience}', {ministry}, 0, 0
    FROM (SELECT u.id, u.ministry_id, {actor} AS actor, jsonb_build_object('v', 1, 'verb', '{verb}', 'at', now(),
        'actor', {actor}, 'before', {before}, 'after', {after}, 'audience', '{audience}', 'request_id', '')::text
        AS body FROM u) AS e"""


def _event(verb: str, *, actor: str, before: str, after: str, is_public: bool = False) -> str:
    audience, ministry = ("public", "NULL") if is_public else ("ministry", "ministry_id")
    return _EVENT.format(verb=verb, actor=actor, before=before, after=after, audience=audience, ministry=ministry)


_KEPT = "(SELECT jsonb_agg(to_jsonb(v)) FROM bench_limit.measures_reportedvalue v WHERE v.update_id = u.id)"
_NOW = f"to_jsonb(u) || jsonb_build_object('observations', {_KEPT})"
DRAFT = f"""
    WITH u AS (
        INSERT INTO bench_limit.measures_progressupdate (measure_id, cycle_id, kind, state, round, ministry_id,
            narrative, reason, explained_kpis, explanation_cause, explanation_corrective_step, explanation_owner,
            declared_status, declared_health, author_id, contributors, drafted_at, version, updated_at)
        VALUES (%(measure)s::bigint, %(cycle)s::bigint, 'report', 'draft', 0, %(ministry)s::bigint, %(narrative)s,
            '', '{{}}', '', '', '', 'in_progress', 'on_track', %(officer)s::bigint, ARRAY[%(officer)s::bigint], now(),
            1, now()) RETURNING *
    ), v AS (
        INSERT INTO bench_limit.measures_reportedvalue (update_id, position, kpi_id, period_type, period_start,
            period_end, value, status, approximate, derived, derivation, note, source_title, source_publisher,
            source_url)
        SELECT u.id, place - 1, kpi, type, first, after, value, 'final', false, false, '', '', %(title)s, '', ''
        FROM u, unnest(%(kpis)s::bigint[], %(types)s::text[], %(firsts)s::date[], %(afters)s::date[],
            %(values)s::numeric[]) WITH ORDINALITY AS given (kpi, type, first, after, value, place) RETURNING *
    ), e AS (
        {
    _event(
        "draft",
        actor="u.author_id",
        before="NULL",
        after="to_jsonb(u) || jsonb_build_object('observations', (SELECT jsonb_agg(to_jsonb(v)) FROM v))",
    )
}
    )
    SELECT json_build_object('id', id)::text FROM u"""
SUBMIT = f"""
    WITH u AS (
        UPDATE bench_limit.measures_progressupdate SET state = 'submitted', round = 1, submitted_at = now(),
            submitted_by_id = author_id, version = 2, updated_at = now()
        WHERE id = %(id)s::bigint AND state = 'draft' RETURNING *
    ), r AS (
        INSERT INTO bench_limit.measures_review (update_id, round, verb, comment, acting_role,
            acting_ministry, actor_id, recorded_at)
        SELECT id, 1, 'submit', '', '', '', author_id, now() FROM u
    ), e AS (
        {_event("submit", actor="u.author_id", before=_NOW, after=_NOW)}
    )
    SELECT json_build_object('id', id)::text FROM u"""
APPROVE = f"""
    WITH u AS (
        UPDATE bench_limit.measures_progressupdate SET state = 'approved', decided_at = now(),
            decided_by_id = %(approver)s::bigint, version = 3, updated_at = now()
        WHERE id = %(id)s::bigint AND state = 'submitted' RETURNING *
    ), v AS (
        SELECT v.* FROM bench_limit.measures_reportedvalue v JOIN u ON u.id = v.update_id
    ), s AS (
        INSERT INTO bench_limit.measures_source (title, publisher, url, tier)
        SELECT source_title, source_publisher, source_url, '' FROM v ORDER BY position RETURNING id
    ), o AS (
        INSERT INTO bench_limit.measures_observation (kpi_id, source_id, update_id, period_type, period_start,
            period_end, value, status, approximate, derived, derivation, note, reason, recorded_at)
        SELECT kpi_id, source, update_id, period_type, period_start, period_end, value, status, approximate, derived,
            derivation, note, '', now()
        FROM (SELECT v.*, row_number() OVER (ORDER BY position) AS place FROM v) AS v
            JOIN (SELECT id AS source, row_number() OVER (ORDER BY id) AS place FROM s) AS s USING (place)
    ), k AS (
        UPDATE bench_limit.measures_kpi SET version = version + 1, updated_at = now() WHERE id IN (SELECT kpi_id FROM v)
    ), m AS (
        UPDATE bench_limit.measures_measure SET version = version + 1, updated_at = now(), status = 'in_progress',
            health = 'on_track' WHERE id IN (SELECT measure_id FROM u) RETURNING *
    ), c AS (
        INSERT INTO bench_limit.measures_statuschange (measure_id, status, status_since, health, update_id, reason,
            recorded_at) SELECT m.id, m.status, m.status_since, m.health, u.id, '', now() FROM m, u
    ), t AS (
        UPDATE bench_limit.measures_kpistanding SET progress = progress + 0.000001
            WHERE kpi_id IN (SELECT kpi_id FROM v)
    ), g AS (
        UPDATE bench_limit.measures_measurestanding SET met = met WHERE measure_id IN (SELECT measure_id FROM u)
    ), r AS (
        INSERT INTO bench_limit.measures_review (update_id, round, verb, comment, acting_role,
            acting_ministry, actor_id, recorded_at)
        SELECT id, 1, 'approve', '', '', '', decided_by_id, now() FROM u
    ), e AS (
        {_event("approve", actor="u.decided_by_id", before="NULL", after=_NOW, is_public=True)}
    )
    SELECT json_build_object('id', id)::text FROM u"""


def make_tables() -> None:
    """Makes the limit's tables; what they refer to is each other or, for the rest, the real tables."""
    drop_tables()
    execute(f"CREATE SCHEMA {SCHEMA}")
    for name in TABLES:
        execute(
            f"CREATE TABLE {SCHEMA}.measures_{name} (LIKE public.measures_{name} INCLUDING ALL EXCLUDING GENERATED)"
        )
        if name in FILLED:
            execute(f"INSERT INTO {SCHEMA}.measures_{name} SELECT * FROM public.measures_{name}")
    # The reports that explain a standing are not there.
    execute(f"UPDATE {SCHEMA}.measures_measurestanding SET explained_by_id = NULL")
    for table, definition in _foreign_keys():
        for name in TABLES:
            definition = definition.replace(f"REFERENCES measures_{name}(", f"REFERENCES {SCHEMA}.measures_{name}(")
        execute(f"ALTER TABLE {SCHEMA}.{table} ADD {definition}")
    execute("ANALYZE")


def drop_tables() -> None:
    execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _foreign_keys() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)",
            [[f"measures_{name}" for name in TABLES]],
        )
        return cursor.fetchall()
