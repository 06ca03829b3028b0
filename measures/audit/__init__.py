"""The audit log: `audit.record` writes an event, `audit.canonical` gives the text that is hashed."""

from measures.audit.events import record

__all__ = ["record"]
