"""Japanese text is stored, ordered, folded and found, whatever the locale of whoever starts the database."""

import subprocess

import pytest

from tests.tracker.starting import AS_ROOT, a_user, ask

NONE = {"LANG": "", "LC_ALL": "", "LC_CTYPE": "", "LANGUAGE": ""}
LOCALES = {
    "LANG=C": {"LANG": "C", "LC_ALL": ""},
    "one that is not installed": {"LANG": "ja_JP.eucJP", "LC_ALL": "ja_JP.eucJP"},
}
WORDS = ["施策", "ｋｐｉ", "KPI", "ＫＰＩ", "ア", "あ", "亜", "Émile", "émile", "𠮷野家", "ｱ", "が", "か゛"]


def assert_it_knows_its_letters(url: str) -> None:
    assert ask(
        url,
        "SHOW server_encoding",
        "SELECT upper('ａｂｃ é 施策') || lower('ＡＢＣ É')",
        "SELECT 'ＫＰＩの達成' ILIKE '%ｋｐｉの達%' AND '施策トラッカー' ILIKE '%トラッカ%' AND NOT 'ア' ILIKE 'あ'",
        "SELECT 'ÉCOLE ２０２６' ~* '^école\\s２０２６$'",
        "SELECT char_length('𠮷野家') * 100 + octet_length('𠮷野家')",
        "SELECT lower(normalize('ＫＰＩ ｱ', NFKC))",
        "SELECT datcollate FROM pg_database WHERE datname = current_database()",
    ) == ["UTF8", "ＡＢＣ É 施策ａｂｃ é", True, True, 310, "kpi ア", "C"]


def assert_it_keeps_and_orders(url: str) -> None:
    """By code point, which is the same on every machine and is what Python does."""
    values = ", ".join(f"('{word}')" for word in WORDS)
    ask(url, "CREATE TABLE words (word text)", f"INSERT INTO words VALUES {values}")
    assert ask(url, "SELECT array_agg(word ORDER BY word) FROM words") == [sorted(WORDS)]
    found = ask(url, "SELECT array_agg(word ORDER BY word) FROM words WHERE word ILIKE 'ｋＰｉ'", "DROP TABLE words")
    assert found[0] == sorted(["ｋｐｉ", "ＫＰＩ"])


@pytest.mark.parametrize("name", LOCALES)
def test_a_database_made_under_any_locale_knows_japanese(new_data_dir, name):
    with a_user(new_data_dir, **LOCALES[name]) as (_, url):
        assert_it_knows_its_letters(url)
        assert_it_keeps_and_orders(url)


def may_hide_folders() -> bool:
    try:
        return subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not (AS_ROOT and may_hide_folders()), reason="needs root, to hide the system's locales")
def test_a_database_on_a_system_without_any_locale_knows_japanese(new_data_dir):
    """Not even C.UTF-8 is there, so PostgreSQL's own is used."""
    hidden = 'mount -t tmpfs none /usr/lib/locale && exec "$@"'
    with a_user(new_data_dir, within=("unshare", "--mount", "sh", "-c", hidden, "sh"), **NONE) as (_, url):
        provider = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"
        assert ask(url, provider) == ["bC.UTF-8"]
        assert_it_knows_its_letters(url)
        assert_it_keeps_and_orders(url)
