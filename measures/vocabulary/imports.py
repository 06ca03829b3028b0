"""Words of imports: where a file stands, and what it does to a report."""

from django.db.models import TextChoices


class ImportState(TextChoices):
    """Where a file to report with stands; one with problems is refused for good, and sent again."""

    DRY_RUN = "dry_run", "点検済"
    REFUSED = "refused", "誤りあり"
    COMMITTED = "committed", "取込済"


class ImportChange(TextChoices):
    """What committing a file does to the report of a measure."""

    DRAFT = "draft", "下書きの作成"
    EDIT = "edit", "下書きの変更"
    KEEP = "keep", "変更なし"
