"""What the events of the generated reports say, as SQL: the very text that audit.events makes of it.

The bodies are made by the database because Python needs an hour for three million of them; a test holds every one to
the Python that it repeats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from measures.audit.events import VERSION
from measures.management.bench.reports import RETURNED_BECAUSE
from measures.vocabulary import Audience, UpdateState

# What an event says of the values in a report, and of whom an approval published something.
VALUES = """
    CREATE TEMP TABLE bench_said ON COMMIT DROP AS
    SELECT update_id, string_agg(format(
            '{"approximate":%s,"derivation":"","derived":false,"high":%s,"kpi":"%s","low":%s,"note":"",'
            '"period":%s,"source":{"published_on":%s,"publisher":"%s","title":"%s","url":""},"status":"%s","value":%s}',
            approximate::text, coalesce('"' || high || '"', 'null'), code, coalesce('"' || low || '"', 'null'),
            CASE v.period_type
                WHEN 'fiscal_year' THEN format('{"type":"fiscal_year","year":%s}', extract(year FROM period_start))
                WHEN 'quarter' THEN format('{"quarter":%s,"type":"quarter","year":%s}',
                    (extract(month FROM period_start)::int + 8) % 12 / 3 + 1,
                    extract(year FROM period_start - interval '3 months'))
                WHEN 'month' THEN format('{"month":%s,"type":"month","year":%s}',
                    extract(month FROM period_start), extract(year FROM period_start))
                ELSE format('{"on":"%s","type":"point"}', period_start) END,
            coalesce('"' || source_published_on || '"', 'null'), source_publisher, source_title, v.status,
            coalesce('"' || value || '"', 'null')
        ), ',' ORDER BY position) AS observations,
        string_agg(DISTINCT '"' || code || '"', ',' ORDER BY '"' || code || '"') AS kpis,
        array_agg(one) FILTER (WHERE one IS NOT NULL) || array_agg(another) FILTER (WHERE one IS NOT NULL) AS measures
    FROM measures_reportedvalue v JOIN measures_kpi k ON k.id = v.kpi_id
        LEFT JOIN (SELECT kpi_id, min(measure_id) AS one, max(measure_id) AS another FROM measures_kpilink
            GROUP BY kpi_id HAVING count(*) > 1) AS shared USING (kpi_id)
    GROUP BY update_id"""
# The tables of which the expressions below speak.
REPORTS = """
    FROM measures_progressupdate u JOIN measures_cycle c ON c.id = u.cycle_id
        JOIN bench_slot s ON s.slot = u.measure_id - 1
        LEFT JOIN bench_said v ON v.update_id = u.id LEFT JOIN bench_turn t ON t.id = u.id"""


def quoted(text: str) -> str:
    """A text without quotes, backslashes or control characters, as a JSON string."""
    return f"""'"', {text}, '"'"""


def instant(column: str) -> str:
    """As audit.canonical.instant."""
    return quoted(f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")


def an_object(parts: Mapping[str, str]) -> str:
    """A JSON object of parts that are lists of texts, keys in order; `concat` is twice as fast as ||."""
    keys = sorted(parts)
    texts = [f"""'{"{" if key == keys[0] else ","}"{key}":', {parts[key]}""" for key in keys]
    return f"concat({', '.join(texts)}, '}}')"


PUBLISHED = an_object(
    {
        "corrected": "'[]'",
        "health": quoted("t.health"),
        "kpis": "'[', v.kpis, ']'",
        "measure": quoted("s.measure_code"),
        "measures": f"'[', CASE WHEN v.measures IS NULL THEN concat({quoted('s.measure_code')}) ELSE (SELECT"
        f" string_agg(concat({quoted('code')}), ',' ORDER BY id) FROM measures_measure WHERE id = ANY (v.measures))"
        " END, ']'",
        "status": quoted("t.status"),
        "status_since": quoted("t.status_since"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A report as it was after a step."""

    state: UpdateState
    version: int

    def snapshot(self, *, published: bool = False) -> str:
        """As queries.progress.snapshot."""
        is_submitted, is_decided = self.state != UpdateState.DRAFT, self.state == UpdateState.APPROVED
        parts = {
            "author": "u.author_id",
            "contributors": "'[', u.author_id, ']'",
            "cycle": quoted("c.code"),
            "decided_at": instant("u.decided_at") if is_decided else "'null'",
            "decided_by": "u.decided_by_id" if is_decided else "'null'",
            "declared_health": quoted("u.declared_health"),
            "declared_status": quoted("u.declared_status"),
            "drafted_at": instant("u.drafted_at"),
            "evidence": "'[]'",
            "explanation": "'null'",
            "explained_kpis": "'[]'",
            "id": "u.id",
            "kind": quoted("u.kind"),
            "measure": quoted("s.measure_code"),
            "ministry": quoted("s.ministry_code"),
            "narrative": quoted("u.narrative"),
            "observations": "'[', v.observations, ']'",
            "on_behalf_of": "'null'",
            "reason": quoted("u.reason"),
            "round": str(int(is_submitted)),
            "state": f"'\"{self.state.value}\"'",
            "submitted_at": instant("u.submitted_at") if is_submitted else "'null'",
            "submitted_by": "u.submitted_by_id" if is_submitted else "'null'",
            "version": str(self.version),
        }
        return an_object(parts | ({"published": PUBLISHED} if published else {}))


DRAFT = Stage(state=UpdateState.DRAFT, version=1)
SUBMITTED = Stage(state=UpdateState.SUBMITTED, version=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One kind of event on the reports that end in `states`: expressions over REPORTS."""

    verb: str
    at: str
    states: Sequence[UpdateState]
    actor: str = "u.author_id"
    before: str = "'null'"
    after: str
    audience: Audience = Audience.MINISTRY

    @property
    def ministry(self) -> tuple[str, str]:
        """The id of the ministry and its code as JSON."""
        inside = self.audience == Audience.MINISTRY
        return ("u.ministry_id", quoted("s.ministry_code")) if inside else ("NULL::bigint", "'null'")

    @property
    def body(self) -> str:
        """As audit.events.event_body."""
        return an_object(
            {
                "v": str(VERSION),
                "at": instant(self.at),
                "actor": self.actor,
                "verb": f"'\"{self.verb}\"'",
                "subject": an_object({"type": "'\"update\"'", "code": quoted("u.id")}),
                "before": self.before,
                "after": self.after,
                "audience": f"'\"{self.audience.value}\"'",
                "ministry": self.ministry[1],
                "request_id": "'\"\"'",
            }
        )


def _final(state: UpdateState) -> str:
    return Stage(state=state, version=3).snapshot(published=state == UpdateState.APPROVED)


SENT = (UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.WITHDRAWN, UpdateState.APPROVED)
RETURN = Step(
    verb="return",
    at="u.updated_at",
    states=[UpdateState.RETURNED],
    actor="u.author_id + 1",
    before=SUBMITTED.snapshot(),
    after=_final(UpdateState.RETURNED),
)
SAID_ON_RETURN = an_object({"verb": "'\"return\"'", "comment": f"'\"{RETURNED_BECAUSE}\"'"})
# The steps of all reports; where two are of one moment, in this order.
STEPS = (
    Step(verb="draft", at="u.drafted_at", states=(UpdateState.DRAFT, *SENT), after=DRAFT.snapshot()),
    Step(verb="submit", at="u.submitted_at", states=SENT, before=DRAFT.snapshot(), after=SUBMITTED.snapshot()),
    Step(
        verb="approve",
        at="u.decided_at",
        states=[UpdateState.APPROVED],
        actor="u.decided_by_id",
        after=_final(UpdateState.APPROVED),
        audience=Audience.PUBLIC,
    ),
    Step(
        verb="withdraw",
        at="u.updated_at",
        states=[UpdateState.WITHDRAWN],
        before=SUBMITTED.snapshot(),
        after=_final(UpdateState.WITHDRAWN),
    ),
    replace(RETURN, verb="comment", before="'null'", after=SAID_ON_RETURN),
    RETURN,
)
