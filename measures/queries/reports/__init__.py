"""The rows that a report freezes, read as they were known at a moment, and the reports that were published."""

from measures.queries.reports.content import content, read, state_at
from measures.queries.reports.published import before, files, last, listed, text_of

__all__ = ["before", "content", "files", "last", "listed", "read", "state_at", "text_of"]
