"""Words the service stores and puts on the wire, each with its Japanese label; nothing here decides anything."""

from django.db.models import TextChoices

from measures.vocabulary.documents import ElementChange as ElementChange
from measures.vocabulary.documents import ElementKind as ElementKind
from measures.vocabulary.documents import ElementLinkKind as ElementLinkKind
from measures.vocabulary.documents import Fate as Fate
from measures.vocabulary.documents import ProposalState as ProposalState
from measures.vocabulary.documents import TextEncoding as TextEncoding
from measures.vocabulary.imports import ImportChange as ImportChange
from measures.vocabulary.imports import ImportState as ImportState
from measures.vocabulary.log import Audience as Audience
from measures.vocabulary.log import EventSubject as EventSubject
from measures.vocabulary.log import EventVerb as EventVerb
from measures.vocabulary.tasks import TaskKind as TaskKind


class Basis(TextChoices):
    """Why an assignment, link, date or baseline is believed."""

    STATED = "stated", "明記"
    INFERRED = "inferred", "推定"
    ASSIGNED = "assigned", "指定"


class MeasureKind(TextChoices):
    ACTION = "action", "実施"
    STUDY = "study", "検討"


class MeasureStatus(TextChoices):
    NOT_STARTED = "not_started", "未着手"
    IN_PROGRESS = "in_progress", "実施中"
    COMPLETED = "completed", "完了"
    CONCLUDED = "concluded", "結論済"
    SUSPENDED = "suspended", "中断"
    DISCONTINUED = "discontinued", "中止"
    MERGED = "merged", "統合"


class Health(TextChoices):
    ON_TRACK = "on_track", "順調"
    AT_RISK = "at_risk", "懸念あり"
    OFF_TRACK = "off_track", "遅延"
    NOT_ASSESSED = "not_assessed", "未評価"


class MeasureLinkKind(TextChoices):
    SAME_AS = "same_as", "同文"
    OVERLAPS = "overlaps", "重複"
    SUPERSEDES = "supersedes", "後継"
    SPLIT_FROM = "split_from", "分割"
    MERGED_INTO = "merged_into", "統合先"


class DecisionOutcome(TextChoices):
    """What a study came to, or where a measure went."""

    ADOPT = "adopt", "採用"
    REJECT = "reject", "不採用"
    MERGE_INTO = "merge_into", "他の施策に統合"
    CONTINUE = "continue", "検討継続"


class RollupBy(TextChoices):
    """What a rollup of measures is made by."""

    MINISTRY = "ministry", "主担当府省"
    SECTION = "section", "章"
    DOCUMENT = "document", "文書"


class AssignmentRole(TextChoices):
    LEAD = "lead", "主担当"
    SUPPORT = "support", "関係府省"


class PeriodType(TextChoices):
    FISCAL_YEAR = "fiscal_year", "年度"
    CALENDAR_YEAR = "calendar_year", "暦年"
    HALF_YEAR = "half_year", "半期"
    QUARTER = "quarter", "四半期"
    MONTH = "month", "月"
    POINT = "point", "時点"


class Direction(TextChoices):
    """Which way a KPI is meant to move; a blank direction means nobody said."""

    UP = "up", "増加"
    DOWN = "down", "減少"


class TargetKind(TextChoices):
    ABSOLUTE = "absolute", "絶対値"
    RELATIVE = "relative", "基準値比（増減率）"
    MULTIPLE = "multiple", "基準値比（倍数）"
    MAINTAIN = "maintain", "維持"
    RANGE = "range", "範囲"


class Against(TextChoices):
    """Which of a KPI's targets its standing is measured against."""

    CURRENT = "current", "現行の目標"
    ORIGINAL = "original", "当初の目標"


class RevisionState(TextChoices):
    """Where a row of a ledger stands; `current` is the one in force, the first one too while it is."""

    ORIGINAL = "original", "当初"
    CURRENT = "current", "現行"
    SUPERSEDED = "superseded", "改定済"
    PROPOSED = "proposed", "改定案"
    REJECTED = "rejected", "却下"


class VerdictOutcome(TextChoices):
    APPROVED = "approved", "承認"
    REJECTED = "rejected", "却下"


class ObservationStatus(TextChoices):
    PROVISIONAL = "provisional", "速報"
    FINAL = "final", "確報"


class StandingState(TextChoices):
    UNRESOLVED = "unresolved", "目標値未確定"
    NO_DATA = "no_data", "実績なし"
    MET = "met", "達成"
    REGRESSED = "regressed", "後退"
    ON_PACE = "on_pace", "順調"
    BEHIND = "behind", "遅れ"
    INDETERMINATE = "indeterminate", "判定不能"
    NOT_APPLICABLE = "not_applicable", "目標なし"


class Rating(TextChoices):
    A = "A", "A"
    B = "B", "B"
    N = "N", "N"
    F = "F", "F"


class DataState(TextChoices):
    """Why a value is there or missing; zero is a value, null is not."""

    REPORTED = "reported", "報告あり"
    REPORTED_ZERO = "reported_zero", "報告あり（ゼロ）"
    NOT_REPORTED = "not_reported", "未報告"
    NOT_DUE = "not_due", "報告時期前"
    NOT_APPLICABLE = "not_applicable", "対象外"


class UpdateKind(TextChoices):
    """A correction changes what an approved report of the same measure and cycle published, and says why."""

    REPORT = "report", "報告"
    CORRECTION = "correction", "訂正"


class UpdateState(TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "提出済"
    RETURNED = "returned", "差戻し"
    APPROVED = "approved", "承認済"
    WITHDRAWN = "withdrawn", "取下げ"


class ChangeKind(TextChoices):
    """What became of something between two versions of a report."""

    KEPT = "kept", "同じ"
    CHANGED = "changed", "変更"
    ADDED = "added", "追加"
    REMOVED = "removed", "削除"


class ChangePart(TextChoices):
    """Why something stands otherwise in one report than in another; everything falls into exactly one part."""

    IMPROVED = "improved", "改善"
    WORSENED = "worsened", "悪化"
    NEWLY_REPORTED = "newly_reported", "新規報告"
    ENTERED = "entered", "追加"
    LEFT = "left", "除外"
    RESTATED = "restated", "再集計"
    RULE_CHANGED = "rule_changed", "判定規則の変更"
    UNCHANGED = "unchanged", "変化なし"


class CycleState(TextChoices):
    PLANNED = "planned", "予定"
    OPEN = "open", "受付中"
    CLOSED = "closed", "締切済"


class ObligationState(TextChoices):
    """Where the report that a measure owes in a cycle stands; computed for a day, see rules.obligations."""

    NOT_DUE = "not_due", "報告時期前"
    DUE = "due", "報告期間中"
    OVERDUE = "overdue", "期限超過"
    REPORTED_ON_TIME = "reported_on_time", "期限内報告"
    REPORTED_LATE = "reported_late", "遅延報告"
    WAIVED = "waived", "免除"


class Role(TextChoices):
    OFFICER = "officer", "担当者"
    APPROVER = "approver", "承認者"
    COORDINATOR = "coordinator", "総括調整官"
    AUDITOR = "auditor", "監査担当"
    ADMINISTRATOR = "administrator", "管理者"


class Scope(TextChoices):
    """What a token may be used for, whatever its owner's duties."""

    READ = "read", "閲覧"
    REPORT = "report", "報告"
    APPROVE = "approve", "承認"
    COORDINATE = "coordinate", "総括"
    AUDIT = "audit", "監査"
    ADMINISTER = "administer", "管理"


class EvidenceKind(TextChoices):
    FILE = "file", "ファイル"
    ADDRESS = "address", "URL"


class NoticeKind(TextChoices):
    """What someone is told by mail."""

    SUBMITTED = "submitted", "提出"
    RETURNED = "returned", "差戻し"
    APPROVED = "approved", "承認"
    CORRECTED = "corrected", "訂正"
    REMINDER = "reminder", "期限のお知らせ"
    OVERDUE = "overdue", "期限超過"
    ESCALATED = "escalated", "期限超過の報告"


def label(vocabulary: type[TextChoices], code: str, language: str) -> str:
    """What people call `code` in `language`: the Japanese label, or the English that the code itself spells."""
    if not code:
        return ""
    if language.startswith("ja"):
        return str(vocabulary(code).label)
    return code.replace("_", " ").capitalize()
