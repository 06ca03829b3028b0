"""The revision of what a caller may see: how many committed events there are in it."""

from collections.abc import Mapping

from django.db import connection

from measures.rules import visibility
from measures.rules.roles import Actor
from measures.vocabulary import Audience

# Two common table expressions for one statement, and so of one snapshot. Tables are named with their schema, since
# a question about the past has others of the same names (models.as_of).
#
# `edge` is how far was sealed: `counts` of every position, and the mark behind which nothing of this cluster has one.
# `unsealed` counts what is committed and stands behind the mark, read from the index on (cluster, xid, id) and so as
# long as the backlog and not as the log. Where no mark is ours, in a new database or a restored one until the sealer
# has set one there, transaction ids say nothing: then `is_ours` is false, and nothing is counted. Only reading the
# whole log would tell, and a statement that could do so is planned with parallel workers, which are started, 5 ms for
# each request to a log of three million events, also when they are then told that there is nothing to do.
#
# The planner does not see the mark, takes a bare "greater" for a third of the table, and reads all of it. "Between" it
# takes for a two hundredth, wherever the ceiling is, and so the index; a subquery for each row it cannot turn around.
COUNTED = """
    edge AS MATERIALIZED (
        SELECT system.system_identifier AS cluster, history.timeline_id AS timeline, batch.counts, batch.watermark,
            batch.watermark_event, coalesce(batch.cluster = system.system_identifier
                AND batch.watermark <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint, false) AS is_ours,
            9223372036854775807 AS ceiling
        FROM pg_control_system() AS system CROSS JOIN pg_control_checkpoint() AS history
            LEFT JOIN (SELECT * FROM public.measures_sealedbatch ORDER BY id DESC LIMIT 1) AS batch ON true
    ), unsealed AS MATERIALIZED (
        SELECT event.audience, event.ministry_id, count(*) AS number FROM public.measures_event AS event
        WHERE (SELECT is_ours FROM edge) AND event.cluster = (SELECT cluster FROM edge)
            AND event.xid BETWEEN (SELECT watermark FROM edge) AND (SELECT ceiling FROM edge)
            AND (event.xid, event.id) > ((SELECT watermark FROM edge), (SELECT watermark_event FROM edge))
            AND (SELECT position FROM public.measures_sealedevent AS sealed WHERE event_id = event.id) IS NULL
        GROUP BY event.audience, event.ministry_id
    )
"""
# {"public": 2, "ministry:mext": 1}, as a batch writes it down.
UNSEALED = """
    SELECT jsonb_object_agg(coalesce('ministry:' || ministry.code, unsealed.audience), unsealed.number)
    FROM unsealed LEFT JOIN public.measures_ministry AS ministry ON ministry.id = unsealed.ministry_id
"""


def public() -> int:
    """How many public events are committed, or in an answer about the past were recorded by then; one statement.

    The log is read where nothing else tells: for the past, and as long as no mark is ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT told.number FROM (
                WITH {COUNTED}, past AS MATERIALIZED (
                    SELECT nullif(current_setting('measures.known_at', true), '')::timestamptz AS moment
                )
                SELECT CASE WHEN is_ours AND moment IS NULL THEN
                    coalesce((counts->>'public')::bigint, 0)
                        + coalesce((SELECT sum(number) FROM unsealed WHERE audience = 'public'), 0)
                ELSE (
                    SELECT count(*) FROM public.measures_event
                    WHERE audience = 'public' AND at <= (SELECT coalesce(moment, 'infinity') FROM past)
                ) END AS number
                FROM edge CROSS JOIN past
            ) AS told"""  # noqa: S608 nothing in it comes from outside
        )
        return int(cursor.fetchone()[0])


def of_scope(actor: Actor, sealed: Mapping[str, int], unsealed: Mapping[str, int]) -> int:
    """How many of the counted events can change what `actor` is shown of the domain.

    What is restricted (people, duties, tokens, downloads) changes nothing there: who has which duty is asked at each
    request, and nobody's user name ever changes.
    """
    return sum(number for counts in (sealed, unsealed) for name, number in counts.items() if _is_seen(actor, name))


def _is_seen(actor: Actor, name: str) -> bool:
    audience, _, ministry = name.partition(":")
    return audience != Audience.RESTRICTED and visibility.sees_event(actor, audience, ministry or None)
