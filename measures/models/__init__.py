"""What is stored and constrained; no decisions."""

from measures.models.audit import AuditDue, Event
from measures.models.cycles import Cycle
from measures.models.documents import Document, Element, ElementLink
from measures.models.kpis import Baseline, Kpi, Observation, ObservationSource, Source, Target
from measures.models.limits import RequestCount
from measures.models.measures import Assignment, KpiLink, Measure, MeasureLink, StatusChange
from measures.models.milestones import Milestone
from measures.models.ministries import Ministry
from measures.models.people import Duty, Person, Token
from measures.models.progress import ProgressUpdate, ReportedValue, Review
from measures.models.standings import KpiStanding, MeasureStanding
from measures.models.writes import IdempotencyKey

__all__ = [
    "Assignment",
    "AuditDue",
    "Baseline",
    "Cycle",
    "Document",
    "Duty",
    "Element",
    "ElementLink",
    "Event",
    "IdempotencyKey",
    "Kpi",
    "KpiLink",
    "KpiStanding",
    "Measure",
    "MeasureLink",
    "MeasureStanding",
    "Milestone",
    "Ministry",
    "Observation",
    "ObservationSource",
    "Person",
    "ProgressUpdate",
    "ReportedValue",
    "RequestCount",
    "Review",
    "Source",
    "StatusChange",
    "Target",
    "Token",
]
