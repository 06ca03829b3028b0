"""Words of documents: what they are made of, how they come in, and what becomes of them with a new version."""

from django.db.models import TextChoices


class ElementKind(TextChoices):
    TITLE = "title", "表題"
    DATE = "date", "日付"
    ISSUER = "issuer", "発行者"
    SECTION = "section", "章"
    SUBSECTION = "subsection", "節"
    CONTEXT_ITEM = "context_item", "現状認識"
    NARRATIVE = "narrative", "本文"
    MEASURE_SECTION = "measure_section", "方策の柱"
    SECTION_NARRATIVE = "section_narrative", "柱の本文"
    MEASURES_LABEL = "measures_label", "見出し"
    MEASURE = "measure", "具体的方策"
    NOTE = "note", "注"
    REFERENCE = "reference", "参考資料"
    REFERENCE_TITLE = "reference_title", "参考資料の表題"
    PLAN_CHAPTER = "plan_chapter", "基本計画の章"
    PLAN_NARRATIVE = "plan_narrative", "基本計画の本文"
    PLAN_ITEM = "plan_item", "基本計画の項目"
    PLAN_BULLET = "plan_bullet", "基本計画の箇条"
    POINT = "point", "ポイント"
    POINT_TEXT = "point_text", "ポイントの本文"


class TextEncoding(TextChoices):
    """How the text of a document is written in a file."""

    UTF_8 = "utf-8", "UTF-8"
    CP932 = "cp932", "CP932（Shift_JIS）"


class ProposalState(TextChoices):
    """Where a document on its way in stands."""

    OPEN = "open", "確認中"
    CONFIRMED = "confirmed", "確定済"
    DISCARDED = "discarded", "破棄済"


class ElementChange(TextChoices):
    """What became of an element from one version of a document to the next."""

    SAME = "same", "同じ"
    MOVED = "moved", "移動"
    CHANGED = "changed", "文言変更"
    ADDED = "added", "追加"
    DROPPED = "dropped", "削除"


class Fate(TextChoices):
    """What becomes of a measure with a new version of its document."""

    CARRY_ON = "carry_on", "継続"
    SUPERSEDED = "superseded", "後継に引継ぎ"
    MERGED = "merged", "他の施策に統合"
    WITHDRAWN = "withdrawn", "取りやめ"


class ElementLinkKind(TextChoices):
    CORRESPONDS = "corresponds", "対応"
    RECURS = "recurs", "再掲"
