"""Checks the fixtures against the source text, by its own reading: it shares nothing with what builds them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from measures.management.seed.verify import figures, grounds, log, quotes, shape
from measures.management.seed.verify.given import Given, Outcome, read

CHECKS: Mapping[str, Callable[[Given], Outcome]] = {
    "the text has its sha256": quotes.hashes,
    "each element stands at its lines": quotes.elements,
    "each line belongs to one element": quotes.cover,
    "sections hold their measures": shape.sections,
    "a measure that considers is a study": shape.studies,
    "codes are in form and unique": shape.codes,
    "corporate numbers have their check digit": shape.corporate_numbers,
    "each measure has one lead": grounds.leads,
    "each measure owes its lead's report in the open cycle": grounds.obligations,
    "what is stated is in the text": grounds.stated,
    "everything ours has a basis and a reason": grounds.reasons,
    "only equal measures are the same": grounds.same_measures,
    "the document's targets are in its words": figures.document_targets,
    "targets and baselines are published ones": figures.aims,
    "each value is a published one": figures.published_values,
    "each value has a source with an address": figures.sources,
    "publication days are in the titles": figures.publication_days,
    "each period is a whole one": figures.whole_periods,
    "events prove what was imported": log.events,
    "demo accounts cannot log in yet": log.accounts,
}


def run(directory: Path) -> dict[str, Outcome]:
    """The outcome of each check on `directory`, which holds the fixtures and their source/."""
    given = read(directory)
    return {name: _outcome(check, given) for name, check in CHECKS.items()}


def _outcome(check: Callable[[Given], Outcome], given: Given) -> Outcome:
    # A broken fixture can break a check in ways it was not made for; that is a finding too.
    try:
        return check(given)
    except (LookupError, ValueError, TypeError) as error:
        return Outcome("could not be checked", [f"{type(error).__name__}: {error}"])
