"""What is stored and constrained; no decisions."""

from measures.models.audit import AuditDue, Event
from measures.models.cycles import Cycle, CycleHistory
from measures.models.decisions import Decision
from measures.models.documents import Document, DocumentVersion, Element, ElementLink
from measures.models.evidence import Evidence, EvidenceHistory, EvidenceVerification
from measures.models.imports import Import
from measures.models.kpis import Baseline, Kpi, KpiHistory, Observation, ObservationSource, Source, Target
from measures.models.limits import RequestCount
from measures.models.measures import (
    Assignment,
    AssignmentHistory,
    KpiLink,
    Measure,
    MeasureHistory,
    MeasureLink,
    Quote,
    StatusChange,
)
from measures.models.milestones import Milestone, MilestoneHistory
from measures.models.ministries import Ministry
from measures.models.notices import Mail, Notice
from measures.models.obligations import Obligation, ObligationHistory
from measures.models.people import Duty, Person, Token
from measures.models.progress import ProgressUpdate, ProgressUpdateHistory, ReportedValue, ReportedValueHistory, Review
from measures.models.proposals import Proposal
from measures.models.reports import Report, ReportFile
from measures.models.revisions import Deadline, Verdict
from measures.models.sealing import Checkpoint, LogKey, SealedBatch, SealedEvent, TreeNode
from measures.models.sign_in import Factor, Identity, SignIn
from measures.models.standings import (
    KpiStanding,
    KpiStandingHistory,
    MeasureStanding,
    MeasureStandingHistory,
    RuleChange,
)
from measures.models.writes import IdempotencyKey

__all__ = [
    "Assignment",
    "AssignmentHistory",
    "AuditDue",
    "Baseline",
    "Checkpoint",
    "Cycle",
    "CycleHistory",
    "Deadline",
    "Decision",
    "Document",
    "DocumentVersion",
    "Duty",
    "Element",
    "ElementLink",
    "Event",
    "Evidence",
    "EvidenceHistory",
    "EvidenceVerification",
    "Factor",
    "IdempotencyKey",
    "Identity",
    "Import",
    "Kpi",
    "KpiHistory",
    "KpiLink",
    "KpiStanding",
    "KpiStandingHistory",
    "LogKey",
    "Mail",
    "Measure",
    "MeasureHistory",
    "MeasureLink",
    "MeasureStanding",
    "MeasureStandingHistory",
    "Milestone",
    "MilestoneHistory",
    "Ministry",
    "Notice",
    "Obligation",
    "ObligationHistory",
    "Observation",
    "ObservationSource",
    "Person",
    "ProgressUpdate",
    "ProgressUpdateHistory",
    "Proposal",
    "Quote",
    "Report",
    "ReportFile",
    "ReportedValue",
    "ReportedValueHistory",
    "RequestCount",
    "Review",
    "RuleChange",
    "SealedBatch",
    "SealedEvent",
    "SignIn",
    "Source",
    "StatusChange",
    "Target",
    "Token",
    "TreeNode",
    "Verdict",
]
