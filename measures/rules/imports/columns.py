"""The sheets that officers fill in: which columns each has, what people call them, and how a template is known."""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from measures.vocabulary import MeasureStatus

VERSION = "1"
# A sheet that nobody sees says what the file was made for.
MARK = "_tracker"
# What only a recorded decision leads to is not offered; whoever writes it is told why by the rules.
DECLARED = tuple(one for one in MeasureStatus if one not in (MeasureStatus.CONCLUDED, MeasureStatus.MERGED))


@dataclass(frozen=True, slots=True)
class Column:
    """`given` is filled in by the template and locked; `needed` must be there; a width is in characters.

    `note` is what a cell of the column asks for, in Japanese.
    """

    key: str
    ja: str
    en: str
    width: int = 14
    given: bool = False
    needed: bool = False
    note: str = ""

    @property
    def header(self) -> str:
        return f"{self.ja}\n{self.en}"


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    ja: str
    en: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(one for one in self.columns if one.key == key)

    def named(self, header: str) -> Column | None:
        """The column that a header means: its code, or what people call it in one language or both."""
        sought = folded(header)
        for one in self.columns:
            if sought in (folded(one.key), folded(one.ja), folded(one.en), folded(one.header)):
                return one
        return None

    def is_called(self, name: str) -> bool:
        return folded(name) in (folded(self.ja), folded(self.en))


def folded(text: str) -> str:
    """A header or a word without what makes no difference: width, case, blanks, line breaks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


REPORTS = Sheet(
    "reports",
    "報告",
    "Reports",
    (
        Column("measure", "施策コード", "Measure", 20, given=True, needed=True),
        Column("title", "施策名", "Title", 34, given=True),
        Column("due_on", "提出期限", "Due", 12, given=True),
        Column("status_now", "現在の状況", "Status now", 11, given=True),
        Column("narrative", "進捗の説明", "Narrative", 52, needed=True, note="この期間に行ったことを書く。"),
        Column(
            "declared_status", "状況（申告）", "Declared status", 14, needed=True, note="一覧（コード表）から選ぶ。"
        ),
        Column(
            "declared_health", "評価（申告）", "Declared health", 14, needed=True, note="一覧（コード表）から選ぶ。"
        ),
        Column(
            "explanation_cause",
            "差異の原因",
            "Explanation: cause",
            28,
            note="申告した評価が指標と食い違うときだけ、4 欄すべてを書く。",
        ),
        Column("explanation_corrective_step", "是正措置", "Explanation: corrective step", 28),
        Column("explanation_owner", "是正の担当", "Explanation: owner", 18),
        Column("explanation_due_on", "是正の期限", "Explanation: due on", 20, note="2021-03-31 のように書く。"),
    ),
)
OBSERVATIONS = Sheet(
    "observations",
    "実績値",
    "Observations",
    (
        Column("measure", "施策コード", "Measure", 20, needed=True),
        Column("kpi", "指標コード", "KPI", 26, needed=True),
        Column("kpi_name", "指標名", "KPI name", 30, given=True),
        Column("unit", "単位", "Unit", 8, given=True),
        Column("last_period", "前回の期間", "Last period", 12, given=True),
        Column("last_value", "前回値", "Last value", 12, given=True),
        Column(
            "period",
            "期間",
            "Period",
            12,
            needed=True,
            note="2019年度、2019年（暦年）、2019-10-01（時点）のように書く。",
        ),
        Column(
            "value",
            "実績値",
            "Value",
            13,
            needed=True,
            note="数字だけを書く。範囲は 10～20。空欄は未報告で、0 とは異なる。",
        ),
        Column("status", "速報・確報", "Status", 10, note="空欄は確報。"),
        Column("approximate", "概数", "Approximate", 13, note="概数のときだけ「はい」。"),
        Column("source_title", "出典", "Source title", 34, note="値が載っている公表資料の名称。提出までに必要。"),
        Column("source_publisher", "出典の発行者", "Source publisher", 18),
        Column("source_url", "出典のURL", "Source URL", 34),
        Column("source_published_on", "出典の公表日", "Source published on", 20, note="2020-07-27 のように書く。"),
        Column("note", "備考", "Note", 28),
    ),
)
SHEETS = (REPORTS, OBSERVATIONS)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a template was made for; codes of the cycle and the ministry."""

    version: str
    cycle: str
    ministry: str

    @property
    def check(self) -> str:
        """Tells a mark that someone changed by hand."""
        return sha256("\n".join((self.version, self.cycle, self.ministry)).encode()).hexdigest()[:16]

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("measure-tracker", self.version),
            ("cycle", self.cycle),
            ("ministry", self.ministry),
            ("check", self.check),
        ]


def mark_of(rows: dict[str, str]) -> Mark | None:
    """The mark that is written there, or None when it is none, or not as it was made."""
    mark = Mark(rows.get("measure-tracker", ""), rows.get("cycle", ""), rows.get("ministry", ""))
    return mark if mark.version and rows.get("check") == mark.check else None
