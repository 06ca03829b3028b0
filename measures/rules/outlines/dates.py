"""The day that a document is issued on, as Japanese documents write it."""

import re
from datetime import date
from unicodedata import normalize

FORM = re.compile(
    "(?P<era>令和|平成|昭和)? ?(?P<year>[0-9]{1,4}|元) ?年 ?(?P<month>[0-9]{1,2}) ?月 ?(?P<day>[0-9]{1,2}) ?日"
)
# The year before the era's first.
BEFORE = {"令和": 2018, "平成": 1988, "昭和": 1925, None: 0}


def read(text: str) -> date | None:
    """The day that `text` names, or None when it names none."""
    found = FORM.search(normalize("NFKC", text))
    if found is None:
        return None
    year = 1 if found["year"] == "元" else int(found["year"])
    try:
        return date(BEFORE[found["era"]] + year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
