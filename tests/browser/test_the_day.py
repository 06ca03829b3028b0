"""The day a release must be able to play, in browsers: from the opening of the cycle to the verified bundle."""

import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from playwright.sync_api import Download, Page

from measures.messages import say
from measures.models import Event
from measures.rules.days import JST
from tests import builders
from tests.browser.conftest import Opened
from tests.browser.test_desk import checked
from tests.operations.logs import seal_here

pytestmark = pytest.mark.django_db(transaction=True)
KPI = "sme-patent-share"
NARRATIVE = "中小企業の出願支援を続け、相談窓口を二つ増やした。"
SOURCE, NOTE = "特許行政年次報告書2020年版", "第1部第3章"
RETURN = "出典の頁を書いてください。"
CORRECTION, WRONG = "特許行政年次報告書2021年版（訂正）", "集計の誤りを正す。"


@dataclass
class Day:
    """The cast in one look; whoever has no name is anyone."""

    opened: Opened
    site: str
    look: dict[str, object]
    pages: dict[str, Page] = field(default_factory=dict)

    def goes(self, who: str, address: str) -> Page:
        """The page at the address for one of the cast, who signs in the first time."""
        if who not in self.pages:
            self.pages[who] = self.opened(who, address, **self.look)
        self.pages[who].goto(self.site + address)
        return self.pages[who]

    def presses(self, page: Page, selector: str, sentence: str) -> None:
        """Presses what `selector` finds and reads the sentence, in the language of the page, that it was done."""
        page.click(selector)
        page.locator("[role=status]", has_text=self.words(sentence)).first.wait_for()

    def words(self, sentence: str, **named: object) -> str:
        with translation.override(str(self.look["language"])):
            return say(sentence, **named)

    def shows(self, page: Page, name: str) -> None:
        checked(page, f"day-{name}", self.look)


@pytest.mark.parametrize("look", [("light", 1280, "en"), ("dark", 360, "ja")], ids=["at-a-desk", "on-a-phone"])
def test_the_day_in_the_browser(opened: Opened, site: str, tmp_path: Path, look: tuple[str, int, str]) -> None:
    day = Day(opened, site, dict(zip(("theme", "width", "language"), look, strict=True)))
    the_coordinator_opens_the_cycle(day)
    anyone_sees(day, "before", value="14.9", standing="on_pace", status="not_started")
    report = the_officer_reports(day)
    the_approver_returns_it(day, report)
    the_officer_mends_it(day, report)
    the_approver_approves_it(day, report)
    anyone_sees(day, "after", value="16.1", standing="met", status="in_progress")
    then = a_moment_later()
    the_coordinator_closes_the_cycle_and_publishes(day)
    the_figure_is_corrected(day, report)
    anyone_sees(day, "corrected", value="14.8", standing="on_pace", status="in_progress")
    the_auditor_sees_what_was_known(day, then)
    the_auditor_verifies_the_bundle(day, tmp_path)


def the_coordinator_opens_the_cycle(day: Day) -> None:
    page = day.goes("coordinator", "/coordination")
    assert day.words("Open the cycle") in page.inner_text("main")
    page.click("a[href$='/open-cycle/FY2020']")
    page.click("main button.solid")
    page.wait_for_url("**/coordination")
    assert page.locator("main .chip.is-open").count() == 1
    assert page.locator("a[href$='/close-cycle/FY2020']").is_visible()
    day.shows(page, "opened")


def the_officer_reports(day: Day) -> str:
    """Writes, is saved meanwhile, attaches, and submits; the address of her report."""
    page = day.goes("officer.jpo", "/desk")
    row = page.locator("tr", has_text=builders.SME)
    assert row.locator(".chip").inner_text() and "2020" in row.inner_text()
    day.shows(page, "desk")
    row.locator("button[value='']").click()
    page.wait_for_url("**/updates/*")
    report = page.url.removeprefix(day.site).partition("?")[0]
    assert page.locator("#missing li").count() >= 3, "what is missing is said before it is sent"
    page.fill("#narrative", NARRATIVE)
    page.select_option("#declared_status", "in_progress")
    page.select_option("#declared_health", "on_track")
    page.fill("#values-0-value", "１６．１")
    page.fill("#values-0-source-title", SOURCE)
    page.fill("#values-0-source-published_on", "2020-07-27")
    page.locator("#autosave", has_text=day.words("Saved at")).wait_for()
    page.locator("#missing").wait_for(state="hidden")
    day.shows(page, "written")
    page.fill("#file-title", "支援の記録")
    page.set_input_files("#file-file", {"name": "notes.txt", "mimeType": "text/plain", "buffer": builders.NOTES})
    day.presses(page, "form:has(#file-file) button", "Evidence is added.")
    assert page.input_value("#narrative") == NARRATIVE and page.input_value("#values-0-value") == "16.1"
    day.presses(page, "#report button[value=submit]", "Submitted: the approver has it now.")
    assert page.locator("h1 + p .chip.is-submitted").is_visible()
    assert page.locator("button[value=approve]").count() == 0, "nobody approves what they wrote"
    assert page.locator("#why-approve").inner_text()
    assert "16.1" in page.inner_text("main") and NARRATIVE in page.inner_text("main")
    return report


def the_approver_returns_it(day: Day, report: str) -> None:
    page = day.goes("approver.jpo", "/inbox")
    day.shows(page, "inbox")
    page.click(f"main a[href='{report}']")
    page.wait_for_url(f"**{report}")
    assert "16.1" in page.inner_text("main") and SOURCE in page.inner_text("main")
    day.presses(page, "#evidence + ul button", "Evidence is verified.")
    page.click("button[value=return]")
    page.wait_for_selector("#told")
    assert page.locator("#comment[aria-invalid=true]").is_visible(), "a return needs a comment"
    page.fill("#decide #comment", RETURN)
    day.presses(page, "button[value=return]", "Returned to who wrote it.")
    assert page.locator("h1 + p .chip.is-returned").is_visible()


def the_officer_mends_it(day: Day, report: str) -> None:
    page = day.goes("officer.jpo", "/desk")
    page.click(f"main table a[href='{report}']")
    page.wait_for_url(f"**{report}")
    assert RETURN in page.inner_text(".notice.is-bad")
    day.shows(page, "returned")
    page.fill("#values-0-note", NOTE)
    page.fill("#report #comment", "頁を書きました。")
    day.presses(page, "#report button[value=submit]", "Submitted: the approver has it now.")
    assert day.words("Round") + " 2" in page.inner_text("h1 + p")


def the_approver_approves_it(day: Day, report: str) -> None:
    page = day.goes("approver.jpo", report)
    changed = page.locator("section.difference", has_text=day.words("What changed since it was returned"))
    assert NOTE in changed.inner_text() and "16.1" in changed.inner_text()
    assert day.words("Cause") not in changed.inner_text(), "nor what nobody wrote"
    assert NARRATIVE not in changed.locator("table").inner_text(), "what is the same is not shown as changed"
    day.shows(page, "to-approve")
    day.presses(page, "button[value=approve]", "Approved and published.")
    assert page.locator("h1 + p .chip.is-approved").is_visible()
    page = day.goes("approver.jpo", "/inbox")
    assert page.locator(f"main table a[href='{report}']").count() == 0, "nothing waits any more"


def anyone_sees(day: Day, name: str, *, value: str, standing: str, status: str) -> None:
    """The public pages of the moment: the overview's count, the measure with its last report, the KPI's chart."""
    page = day.goes("", "/")
    legend = page.locator("#status ~ .legend li", has=page.locator(".is-in_progress"))
    assert legend.inner_text().split()[-1] == ("1" if status == "in_progress" else "0")
    if name == "after":
        day.shows(page, "overview")
    page.goto(f"{day.site}/measures/{builders.SME}")
    assert page.locator(f"h1 + p .chip.is-{status}").is_visible()
    row = page.locator("table.rows tr", has_text=KPI)
    assert value in row.inner_text() and row.locator(f".chip.is-{standing}").is_visible()
    assert (NARRATIVE in page.inner_text("main")) == (status == "in_progress")
    day.shows(page, f"measure-{name}")
    row.locator("a").click()
    page.wait_for_url(f"**/kpis/{KPI}")
    assert value in page.inner_text("dl.pairs dd") and page.locator(f"main .is-{standing}").first.is_visible()
    day.shows(page, f"kpi-{name}")


def a_moment_later() -> str:
    """A whole second in Japan after all that was done so far, as a field for day and time has it."""
    sealed()
    time.sleep(1)
    return f"{timezone.now().astimezone(JST):%Y-%m-%dT%H:%M:%S}"


def sealed() -> None:
    """As the sealer does, that runs beside the service elsewhere: what was done has its place, and is signed."""
    seal_here()
    call_command("seal", verbosity=0)


def the_coordinator_closes_the_cycle_and_publishes(day: Day) -> None:
    page = day.goes("coordinator", "/coordination")
    page.click("a[href$='/close-cycle/FY2020']")
    page.click("main button.solid")
    page.wait_for_selector("#reason[aria-invalid=true]")
    page.fill("#reason", "期限となったため。")
    page.click("main button.solid")
    page.wait_for_url("**/coordination")
    assert page.locator("a[href$='/reopen-cycle/FY2020']").is_visible()
    page.click("a[href$='/publish-report']")
    page.select_option("#cycle", "FY2020")
    page.click("main button.solid")
    page.wait_for_url("**/coordination")
    page = day.goes("", "/reports")
    page.click("a[href='/reports/FY2020-1']")
    page.wait_for_url("**/reports/FY2020-1")
    assert taken(page, "a[href$='.pdf']").read_bytes().startswith(b"%PDF")
    day.shows(page, "published")


def the_figure_is_corrected(day: Day, report: str) -> None:
    """By the officer, with a reason, and as anything else only when the approver agrees."""
    page = day.goes("officer.jpo", "/desk")
    page.click(f"main a[href='{report}']")
    page.wait_for_url(f"**{report}")
    page.click("form:has([value=correction]) button")
    page.wait_for_url(lambda url: "/updates/" in url and not url.endswith(report))
    assert page.input_value("#narrative") == NARRATIVE
    period = page.locator("#values-0-period option:checked")
    assert "2019" in period.inner_text() and "16.1" in period.inner_text(), "a correction is of the last known value"
    page.fill("#values-0-value", "14.8")
    page.fill("#values-0-source-title", CORRECTION)
    page.click("#report button[value=submit]")
    page.wait_for_selector("#reason[aria-invalid=true]")
    assert page.is_hidden("#kept"), "what was saved is not offered beside it"
    page.fill("#reason", WRONG)
    day.shows(page, "correction")
    day.presses(page, "#report button[value=submit]", "Submitted: the approver has it now.")
    approver = day.goes("approver.jpo", page.url.removeprefix(day.site).partition("?")[0])
    assert WRONG in approver.inner_text("main") and "14.8" in approver.inner_text("section.difference")
    day.presses(approver, "button[value=approve]", "Approved and published.")
    ledger = day.goes("", f"/kpis/{KPI}").locator("table.ledger").first
    assert ledger.locator("s").inner_text() == "16.1" and WRONG in ledger.inner_text()
    page = day.goes("", "/reports/FY2020-1")
    page.click("main button")
    page.wait_for_url("**/comparison?*")
    row = page.locator("tr", has=page.locator(f"a[href*='/kpis/{KPI}']"))
    assert "16.1" in row.inner_text() and "14.8" in row.inner_text(), "what was published beside what is known now"
    day.shows(page, "compared")


def the_auditor_sees_what_was_known(day: Day, then: str) -> None:
    page = day.goes("auditor", "/audit")
    page.fill("#known_at", then)
    page.click(".time button")
    page.wait_for_url("**known_at=*")
    assert page.locator(".time-said").is_visible()
    day.shows(page, "room-of-then")
    values = taken(page, "a[href*='/exports/observations.csv?']").read_text("utf-8-sig")
    assert SOURCE in values and CORRECTION not in values
    page.click("nav a[href*='/kpis?known_at=']")
    page.click(f"main a[href*='/kpis/{KPI}?known_at=']")
    page.wait_for_url(f"**/kpis/{KPI}?known_at=*")
    assert "16.1" in page.inner_text("dl.pairs dd") and "14.8" not in page.inner_text("main")
    assert page.locator("main .is-met").first.is_visible()
    day.shows(page, "kpi-of-then")


def the_auditor_verifies_the_bundle(day: Day, folder: Path) -> None:
    """With what lies in it, a checkpoint that was kept and a key that was noted, all taken from the page."""
    page = day.goes("auditor", "/audit")
    (folder / "kept").write_text(page.locator("#checkpoint ~ pre").first.text_content() or "")
    key = page.locator("h3 + ul code").first.inner_text()
    sealed()
    page.reload()
    day.shows(page, "room")
    with zipfile.ZipFile(taken(page, "a[href$='/exports/bundle.zip']")) as bundle:
        bundle.extractall(folder)
    assert CORRECTION in (folder / "tables/observations.csv").read_text("utf-8-sig")
    taken(page, "a[href$='/exports/bundle.zip']").rename(folder / "bundle.zip")
    said = outside(folder, "--checkpoint", "kept", "--key", key)
    assert said.returncode == 0 and said.stdout.splitlines()[-1].startswith("verified"), said.stdout + said.stderr
    assert len(outside(folder, "--list", "approve").stdout.splitlines()) >= 2
    assert Event.objects.filter(verb="return").count() == 1


def outside(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The bundle's verifier by a bare Python, as its reader runs it."""
    command = ["env", "-i", sys.executable, "-I", "-S", "verify_bundle.py", "bundle.zip", *arguments]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def taken(page: Page, selector: str) -> Path:
    """The file that a link leads to, where the browser put it."""
    with page.expect_download() as download:
        page.click(selector)
    return saved(download.value)


def saved(download: Download) -> Path:
    assert download.failure() is None
    return Path(download.path())
