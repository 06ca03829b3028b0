"""Everything said to people is said in Japanese and in English, as the request asks."""

import ast
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from rest_framework.test import APIClient

from measures import vocabulary
from measures.management.commands import messages
from measures.messages import say
from measures.rules import readiness, transitions
from measures.vocabulary import CycleState, UpdateState
from tests import builders
from tests.figures import Figure

PACKAGE = Path(settings.BASE_DIR) / "measures"
PLACES = re.compile(r"\{(\w+)\}")
TEMPLATES = sorted(path for path in PACKAGE.glob("templates/**/*.html") if path.name != "docs.html")
LETTERS = re.compile(r"[^\W\d_]")
# Words that are the same in both languages.
NAMES = {"API", "CSV", "SHA-256"}
# Where a sentence to people is the argument with this number.
SAYING = {"Problem": 2, "WrongTurn": 1, "WrongRole": 1, "NotVisible": 1, "Stale": 1, "Precondition": 1, "KeyReused": 1}


def test_the_catalogue_has_every_message_in_japanese_and_is_compiled(figure: Figure) -> None:
    said = StringIO()
    call_command("messages", "--check", stdout=said)
    figure(f"in Japanese and English: {said.getvalue().strip()}")


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (('msgstr "サイクル「{code}」はありません。"', 'msgstr ""'), "1 messages have no Japanese: There is no cycle"),
        (("There is no cycle", "There was no cycle"), "have no Japanese"),
        (("ありません。", "ありませぬ。"), "is not up to date"),
    ],
)
def test_a_catalogue_that_is_not_whole_is_refused(
    planted: tuple[str, str], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "django.po"
    copy.write_text(messages.CATALOGUE.read_text().replace(*planted))
    copy.with_suffix(".mo").write_bytes(messages.CATALOGUE.with_suffix(".mo").read_bytes())
    monkeypatch.setattr(messages, "CATALOGUE", copy)
    with pytest.raises(CommandError, match=found):
        call_command("messages", "--check")


def test_a_translation_has_the_same_places_as_its_message() -> None:
    catalogue = translation.trans_real.translation("ja")._catalog._catalogs
    pairs = [(k, v) for part in catalogue for k, v in part.items() if isinstance(k, str) and PLACES.search(k)]
    ours = [(k, v) for k, v in pairs if "%(" not in k]
    assert len(ours) > 50
    assert [k for k, v in ours if set(PLACES.findall(k)) != set(PLACES.findall(v))] == []


def test_a_translation_for_a_template_has_the_same_places_as_its_message() -> None:
    places = re.compile(r"%\((\w+)\)s")
    catalogue = translation.trans_real.translation("ja")._catalog._catalogs
    ours = {m for path in TEMPLATES for m in messages.in_template(path.read_text())}
    assert len(ours) > 50
    pairs = [(k, v) for part in catalogue for k, v in part.items() if k in ours]
    assert [k for k, v in pairs if set(places.findall(k)) != set(places.findall(v))] == []


def bare(template: str) -> list[str]:
    """What a template says to people in its own words: text and spoken attributes outside of translation tags."""
    said = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|{% blocktranslate.*?{% endblocktranslate %}", "", template,
                  flags=re.DOTALL)  # fmt: skip
    said = re.sub(r"{%.*?%}|{{.*?}}", "", said, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|alt|title|placeholder|data-label)="([^"]*)"', said)
    return [one.strip() for one in [*re.sub(r"<[^>]*>", "\n", said).splitlines(), *spoken] if LETTERS.search(one)]


def test_no_template_says_anything_that_is_not_in_the_catalogue() -> None:
    assert {
        path.name: found for path in TEMPLATES if (found := [w for w in bare(path.read_text()) if w not in NAMES])
    } == {}


@pytest.mark.parametrize(
    "planted",
    ["<p>Measures</p>", "<p>施策</p>", '<a aria-label="Main" href="/">{{ x }}</a>', "{% if a %}All{% endif %}"],
)
def test_a_template_that_speaks_one_language_is_found(planted: str) -> None:
    assert bare(planted) != []
    assert bare('<p class="x">{% translate "Measures" %}: {{ total }}</p>') == []


def test_no_refusal_is_written_without_its_translation() -> None:
    """A literal where a sentence is expected would be said in English to everyone."""
    bare = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING
        if len(call.args) > (at := SAYING[call.func.id])
        if isinstance(call.args[at], ast.JoinedStr) or (isinstance(call.args[at], ast.Constant) and call.args[at].value)
    ]
    assert bare == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"), [("ja", "スコープ"), ("en", "scope"), ("fr", "スコープ"), ("en-GB", "scope")]
)
def test_a_message_comes_in_the_language_that_is_asked_for(
    asked: str, said: str, loaded: None, settings: object
) -> None:
    settings.LANGUAGE_CODE = "ja"  # type: ignore[attr-defined]
    client = builders.client("officer.jpo", "report")
    refused = client.get("/api/v1/me", headers={"Accept-Language": asked})
    assert refused.status_code == 403
    assert said in refused.json()["detail"]
    assert refused["Content-Language"] == ("en" if asked.startswith("en") else "ja")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "labels"), [("ja", ["検討", "未着手", "未評価"]), ("en", ["Study", "Not started", "Not assessed"])]
)
def test_codes_have_labels_in_the_language_that_is_asked_for(asked: str, labels: list[str], loaded: None) -> None:
    answer = APIClient().get("/api/v1/measures/MEXT2019-P1-02", headers={"Accept-Language": asked}).json()
    assert [answer["kind_label"], answer["status_label"], answer["health_label"]] == labels
    assert [answer["kind"], answer["status"], answer["health"]] == ["study", "not_started", "not_assessed"]


def test_every_word_of_the_vocabulary_has_a_label_in_both_languages() -> None:
    words = [
        one for one in vars(vocabulary).values() if isinstance(one, type) and issubclass(one, vocabulary.TextChoices)
    ]
    for word in words:
        for code in word.values:
            japanese, english = vocabulary.label(word, code, "ja"), vocabulary.label(word, code, "en")
            assert japanese
            assert english.isascii()


def test_values_are_put_into_the_translated_sentence() -> None:
    with translation.override("ja"):
        assert say("There is no cycle '{code}'.", code="FY1") == "サイクル「FY1」はありません。"
    with translation.override("en"):
        assert say("There is no cycle '{code}'.", code="FY1") == "There is no cycle 'FY1'."


def test_a_word_of_the_vocabulary_is_said_by_its_label_in_japanese_and_by_its_code_in_english() -> None:
    facts = transitions.UpdateFacts(
        state=UpdateState.DRAFT,
        ministry="jpo",
        ministry_name="特許庁",
        on_behalf_of=None,
        contributors=frozenset(),
        cycle_state=CycleState.OPEN,
    )
    with translation.override("ja"):
        said = transitions.wrong_turn("withdraw", facts)
    assert (
        said
        and said.detail == "「下書き」の報告に「取下げ」はできません。できるのは「提出済」または「差戻し」のときです。"
    )
    with translation.override("en"):
        said = transitions.wrong_turn("withdraw", facts)
    assert said and said.detail == "An update that is 'draft' takes no withdraw; it must be 'submitted' or 'returned'."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said", "health"),
    [
        ("ja", "特許庁 の担当者だけです", "「順調」は"),
        ("en", "Only someone with the duty 'officer' at 'Japan Patent Office' may edit", "The health 'On track'"),
    ],
)
def test_a_refusal_calls_a_ministry_and_a_health_as_its_reader_does(
    loaded: None, language: str, said: str, health: str
) -> None:
    update = builders.an_update("draft")
    approver = builders.client("approver.jpo")
    answer = approver.get(f"/api/v1/updates/{update.pk}", headers={"Accept-Language": language})
    edit = next(one for one in answer.json()["actions"] if one["verb"] == "edit")
    assert said in edit["reason"]
    facts = readiness.ReportFacts("not_started", "action", "続けた。", "in_progress", "on_track", [], against=["share"])
    with translation.override(language):
        (told,) = [one for one in readiness.missing(facts, on=date(2020, 4, 1)) if one.code == "divergence-unexplained"]
    assert health in told.detail
