"""What every file says of itself: of which moment it is, and which state of the log that was."""

from dataclasses import dataclass
from datetime import datetime

from measures.queries import log, revision
from measures.rules.days import wire


@dataclass(frozen=True, slots=True)
class About:
    """`revision` is the number of public events then; `checkpoint` the newest signed note of then, blank before the
    first; `query` what was asked for, as in an address.
    """

    as_of: datetime
    revision: int
    checkpoint: str
    query: str = ""

    def said(self) -> dict[str, str]:
        """By the words that files use."""
        return {
            "as_of": wire(self.as_of),
            "revision": str(self.revision),
            "checkpoint": self.checkpoint,
            "query": self.query,
        }


def about(*, moment: datetime, query: str = "") -> About:
    """Within queries.as_of.reading(moment), or of now when `moment` is now."""
    newest = log.checkpoint_at(moment)
    return About(moment, revision.public(), newest.text if newest else "", query)
