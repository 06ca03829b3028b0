"""Dates, years, eras, numbers and shares as people of each language write them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from measures.templatetags import shown
from measures.templatetags.pages import word

THEN = datetime(2026, 11, 23, 23, 30, 5, tzinfo=UTC)
FY, CY = {"type": "fiscal_year", "year": 2026}, {"type": "calendar_year", "year": 2019}


@pytest.mark.parametrize(
    ("written", "given", "japanese", "english"),
    [
        (shown.day, "2026-11-24", "2026年11月24日", "24 November 2026"),
        (shown.day, None, "", ""),
        (shown.instant, "2026-11-23T23:30:00.000000+00:00", "2026年11月24日 08:30", "24 November 2026 08:30 JST"),
        (shown.exactly, THEN, "2026年11月24日 08:30:05", "24 November 2026 08:30:05 JST"),
        (shown.exactly, THEN.replace(second=0), "2026年11月24日 08:30", "24 November 2026 08:30 JST"),
        (shown.local, THEN, "2026-11-24T08:30:05", "2026-11-24T08:30:05"),
        (shown.local, THEN.replace(second=0), "2026-11-24T08:30", "2026-11-24T08:30"),
        (shown.local, THEN.replace(microsecond=120_000), "2026-11-24T08:30:05.120", "2026-11-24T08:30:05.120"),
        (shown.era, "2019-04-30", "平成31年4月30日", ""),
        (shown.era, "2019-05-01", "令和元年5月1日", ""),
        (shown.era, "1989-01-07", "昭和64年1月7日", ""),
        (shown.period, FY, "令和8年度（2026年度）", "FY2026"),
        (shown.period, CY, "令和元年（2019年）", "2019"),
        (shown.period, {"type": "fiscal_year", "year": 2019}, "令和元年度（2019年度）", "FY2019"),
        (shown.period, {"type": "fiscal_year", "year": 2018}, "平成30年度（2018年度）", "FY2018"),
        (shown.period, {"type": "half_year", "year": 2020, "half": 1}, "令和2年度上半期（2020年度上半期）", "FY2020H1"),
        (shown.period, {"type": "quarter", "year": 2020, "quarter": 4}, "令和2年度第4四半期（2020年度第4四半期）",
         "FY2020Q4"),
        (shown.period, {"type": "month", "year": 2019, "month": 4}, "平成31年4月（2019年4月）", "April 2019"),
        (shown.period, {"type": "point", "on": "2019-10-01"}, "2019年10月1日", "1 October 2019"),
        (shown.period, None, "", ""),
        (shown.number, "13832", "13,832", "13,832"),
        (shown.number, "16.10", "16.10", "16.10"),
        (shown.number, "-1234567.5", "-1,234,567.5", "-1,234,567.5"),
        (shown.number, 0, "0", "0"),
        (shown.number, None, "–", "–"),
        (shown.percent, "0.806818", "80.7%", "80.7%"),
        (shown.percent, "1.000000", "100%", "100%"),
        (shown.percent, Decimal(0), "0%", "0%"),
        (shown.percent, None, "–", "–"),
    ],
)  # fmt: skip
def test_it_is_written_as_people_do(written: object, given: object, japanese: str, english: str) -> None:
    for language, expected in (("ja", japanese), ("en", english)):
        with translation.override(language):
            assert written(given) == expected  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        ("所管による", "所管による", '<span lang="ja">所管による</span>'),
        ("by its remit", '<span lang="en">by its remit</span>', "by its remit"),
        ("<b>bold", '<span lang="en">&lt;b&gt;bold</span>', "<b>bold"),
        ("JPOの所管", "JPOの所管", '<span lang="ja">JPOの所管</span>'),
        ("12.5 %", "12.5 %", "12.5 %"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_what_someone_wrote_in_another_language_is_marked(text: str | None, japanese: str, english: str) -> None:
    for language, expected in (("ja", japanese), ("en", english)):
        with translation.override(language):
            assert shown.spoken(text) == expected


def test_a_code_that_the_vocabulary_does_not_have_stands_as_it_is() -> None:
    assert word("measure", "subject") == "Measure"
    assert word("sheaf", "subject") == "sheaf"
