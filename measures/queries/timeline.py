"""The story of one measure: every event about it, what it owes, its reports and evidence, milestones or KPIs."""

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from measures.models import Event, EvidenceHistory, KpiLink, Measure, Milestone, Obligation, ProgressUpdateHistory
from measures.queries import log
from measures.rules.roles import Actor
from measures.vocabulary import EventSubject


def events(measure: Measure, actor: Actor) -> QuerySet[Event]:
    """What happened to `measure` as far as `actor` may know, from the import of its document on.

    Reports are found among all that ever were, so that a discarded draft stays part of the story. A report is due from
    the opening of its cycle on, so the turns of the cycles that the measure reports for are part of it too.
    """
    reports = ProgressUpdateHistory.objects.filter(measure_id=measure.pk).annotate(code=Cast("row_id", CharField()))
    milestones = Milestone.objects.filter(measure=measure).annotate(code=Cast("pk", CharField()))
    owed = Obligation.objects.filter(measure=measure)
    evidence = EvidenceHistory.objects.filter(measure_id=measure.pk).annotate(code=Cast("row_id", CharField()))
    told = {
        EventSubject.DOCUMENT: [measure.element.document.code],
        EventSubject.MEASURE: [measure.code],
        EventSubject.CYCLE: owed.values("cycle__code"),
        EventSubject.OBLIGATION: owed.annotate(code=Cast("pk", CharField())).values("code"),
        EventSubject.UPDATE: reports.values("code"),
        EventSubject.EVIDENCE: evidence.values("code"),
        EventSubject.MILESTONE: milestones.values("code"),
        EventSubject.KPI: KpiLink.objects.filter(measure=measure).values("kpi__code"),
    }
    about = Q()
    for subject, codes in told.items():
        about |= Q(subject_type=subject, subject_code__in=codes)
    return log.visible_to(actor).filter(about).select_related("ministry")
