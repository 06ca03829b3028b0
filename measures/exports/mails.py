"""The text of a mail: what happened to which measure, with deadline and link, in Japanese and below it in English."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format

from measures.messages import lazy, say
from measures.models import Notice
from measures.vocabulary import EventSubject, NoticeKind

RULE = "-" * 40
# What each kind says of a measure.
SENTENCES = {
    NoticeKind.REMINDER: lazy("A report is to be handed in."),
    NoticeKind.OVERDUE: lazy("A report is overdue: hand it in."),
    NoticeKind.ESCALATED: lazy("A report is overdue: see that it is handed in."),
    NoticeKind.SUBMITTED: lazy("A report was submitted: approve it, or return it with a comment."),
    NoticeKind.RETURNED: lazy("Your report was returned: read the comment, change the report and submit it again."),
    NoticeKind.APPROVED: lazy("Your report was approved and is published."),
    NoticeKind.CORRECTED: lazy("A value that you reported on, or that a measure of yours rests on, was corrected."),
}
# On which page something is done about a subject.
ADDRESSES = {EventSubject.UPDATE: "/updates/{code}", EventSubject.OBLIGATION: "/desk"}


@dataclass(frozen=True, slots=True)
class Text:
    """What a mail says; nothing in it breaks a line of the subject."""

    subject: str
    body: str


def text(notices: Sequence[Notice], *, name: str, site: str) -> Text:
    """The mail to someone called `name` with these notices; `site` is the address of the service."""
    parts, subjects = [], []
    for language in ("ja", "en"):
        with translation.override(language):
            subjects.append(say("Measure Tracker: {count} notices", count=len(notices)))
            parts.append("\n\n".join(_paragraphs(notices, name=name, site=site, language=language)))
    return Text(" / ".join(subjects), f"\n\n{RULE}\n\n".join(parts) + "\n")


def _paragraphs(notices: Sequence[Notice], *, name: str, site: str, language: str) -> Iterable[str]:
    yield say("Dear {name},", name=" ".join(name.split()))
    for notice in notices:
        yield "\n".join(_lines(notice, site=site, language=language))
    yield say("You get at most one such mail a day. Please do not answer it.")


def _lines(notice: Notice, *, site: str, language: str) -> Iterable[str]:
    measure, cycle = notice.measure, notice.cycle
    title = measure.title if language == "ja" else measure.title_en or measure.title
    yield f"* {title} ({', '.join([measure.code, *([cycle.code] if cycle else [])])})"
    yield f"  {SENTENCES[NoticeKind(notice.kind)]}"
    if notice.due_on:
        yield "  " + say("Deadline: {day}", day=date_format(notice.due_on, "DATE_FORMAT"))
    yield (
        "  "
        + site
        + ADDRESSES[EventSubject(notice.subject_type)].format(code=notice.subject_code, measure=measure.code)
    )
