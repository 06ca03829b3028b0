"""The table of events: the log up to a checkpoint, which covers all of it."""

from django.db.models import F, Func, QuerySet, TextField

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Event
from measures.vocabulary import Audience, EventSubject, EventVerb


def _told(path: str) -> Func:
    """What the body says there, as the JSON it is written in; null where it says null."""
    template = f"nullif((%(expressions)s::json #> '{{{path}}}')::text, 'null')"
    return Func(F("body"), template=template, output_field=TextField())


def _word(path: str) -> Func:
    return Func(F("body"), template=f"(%(expressions)s::json #>> '{{{path}}}')", output_field=TextField())


LEAF = Func(F("leaf_hash"), template="encode(%(expressions)s, 'hex')", output_field=TextField())
COLUMNS = (
    Column("id", Type.INTEGER, "変更番号", "Number of the event", "id", required=True),
    Column("position", Type.INTEGER, "記録上の位置", "Position", "sealed__position", required=True),
    Column("at", Type.INSTANT, "日時", "At", "at", required=True),
    Column("actor", Type.INTEGER, "実行者番号", "Number of who acted", "actor", description="コマンドの場合は空欄。"),
    Column("acting_role", Type.CODE, "職務", "Duty", _word("acting_as,role")),
    Column("acting_ministry", Type.CODE, "職務の府省", "Ministry of the duty", _word("acting_as,ministry")),
    Column("verb", Type.CODE, "操作", "Verb", "verb", codes=EventVerb),
    Column("subject_type", Type.CODE, "対象の種類", "Kind of subject", "subject_type", codes=EventSubject),
    Column("subject_code", Type.CODE, "対象", "Subject", "subject_code", required=True),
    Column("before", Type.TEXT, "変更前", "Before", _told("before"), description="JSON。"),
    Column("after", Type.TEXT, "変更後", "After", _told("after"), description="JSON。"),
    Column("request_id", Type.CODE, "要求番号", "Request", "request_id"),
    Column("audience", Type.CODE, "公開範囲", "Audience", "audience", codes=Audience),
    Column("ministry", Type.CODE, "公開範囲の府省", "Ministry of the audience", "ministry__code"),
    Column("leaf_hash", Type.CODE, "ハッシュ値", "Leaf hash", LEAF, description="記録の葉のSHA-256（16進）。"),
)


def table(events: QuerySet[Event]) -> Table:
    """Those of `events` that have a position, in its order."""
    rows = select(events.filter(sealed__isnull=False).order_by("sealed__position"), COLUMNS)
    return Table("events", "変更の記録", "Events", COLUMNS, rows, key=("position",))
