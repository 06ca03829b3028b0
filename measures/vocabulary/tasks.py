"""Words for what waits for a person."""

from django.db.models import TextChoices


class TaskKind(TextChoices):
    """Why something waits for someone; what is `ending` does so within two weeks."""

    DUE = "due", "要報告"
    OVERDUE = "overdue", "期限超過"
    RETURNED = "returned", "差戻し"
    TO_DECIDE = "to_decide", "承認待ち"
    UNEXPLAINED = "unexplained", "説明のない乖離"
    UNLOCK_ENDING = "unlock_ending", "再受付の終了間近"
    TOKEN_ENDING = "token_ending", "トークンの失効間近"
    DUTY_ENDING = "duty_ending", "任務の終了間近"
    TARGET_PROPOSED = "target_proposed", "目標の改定案"
    BASELINE_PROPOSED = "baseline_proposed", "基準値の改定案"
    DAY_PROPOSED = "day_proposed", "期限の改定案"
