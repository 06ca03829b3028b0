"""What two reports say of each other: pure, from their frozen rows. Callers import from here."""

from measures.rules.reports.change import Change, Moved, between
from measures.rules.reports.differences import Difference, differences
from measures.rules.reports.figures import Columns
from measures.rules.reports.told import told

__all__ = ["Change", "Columns", "Difference", "Moved", "between", "differences", "told"]
