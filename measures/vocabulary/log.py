"""Words of the log: who may read an event, what it is about, and what was done."""

from django.db.models import TextChoices


class Audience(TextChoices):
    """Who may read an event; fixed when it is written."""

    PUBLIC = "public", "公開"
    MINISTRY = "ministry", "府省内"
    RESTRICTED = "restricted", "監査のみ"


class EventSubject(TextChoices):
    """What an event is about."""

    DOCUMENT = "document", "文書"
    MEASURE = "measure", "施策"
    MILESTONE = "milestone", "里程標"
    KPI = "kpi", "指標"
    CYCLE = "cycle", "報告期間"
    OBLIGATION = "obligation", "報告義務"
    UPDATE = "update", "進捗報告"
    EVIDENCE = "evidence", "根拠資料"
    PERSON = "person", "利用者"
    DUTY = "duty", "職務"
    TOKEN = "token", "トークン"
    DEMO = "demo", "デモ"
    LOG_KEY = "log_key", "記録の署名鍵"
    EXPORT = "export", "ファイル"
    STANDING = "standing", "進捗の計算"


class EventVerb(TextChoices):
    """What was done."""

    IMPORT = "import", "取込み"
    CREATE = "create", "登録"
    EDIT = "edit", "編集"
    LINK = "link", "紐付け"
    SET_BASELINE = "set_baseline", "基準値の設定"
    SET_TARGET = "set_target", "目標値の設定"
    PROPOSE = "propose", "改定の提案"
    ASSIGN = "assign", "担当の割当て"
    END = "end", "終了"
    PLAN = "plan", "計画"
    OPEN = "open", "開始"
    CLOSE = "close", "締切り"
    REOPEN = "reopen", "再開"
    WAIVE = "waive", "免除"
    UNLOCK = "unlock", "入力制限の解除"
    EXTEND = "extend", "期限の延長"
    REPORT = "report", "報告"
    DRAFT = "draft", "起案"
    DISCARD = "discard", "破棄"
    SUBMIT = "submit", "提出"
    WITHDRAW = "withdraw", "取下げ"
    COMMENT = "comment", "コメント"
    RETURN = "return", "差戻し"
    APPROVE = "approve", "承認"
    REJECT = "reject", "却下"
    CLAIM = "claim", "根拠資料の添付"
    VERIFY = "verify", "根拠資料の確認"
    DECIDE = "decide", "決定"
    ADD = "add", "追加"
    GRANT = "grant", "付与"
    SET_PASSWORD = "set_password", "パスワードの設定"
    ISSUE = "issue", "発行"
    REVOKE = "revoke", "失効"
    ROTATE = "rotate", "鍵の更新"
    DOWNLOAD = "download", "取得"
    ADOPT = "adopt", "判定規則の適用"
    REBUILD = "rebuild", "再計算"
