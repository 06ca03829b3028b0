"""Folding text so that a search finds it however it is written."""

from django.db.models import Func, TextField

KATAKANA = "".join(chr(code) for code in range(0x30A1, 0x30F7))
HIRAGANA = "".join(chr(code) for code in range(0x3041, 0x3097))


class Concat(Func):
    """Columns joined by ||, which PostgreSQL knows to be immutable; none of them may be null."""

    output_field = TextField()
    template = "%(expressions)s"
    arg_joiner = " || "


class Fold(Func):
    """Text without its width, case, kind of kana and Kangxi radicals (all by NFKC), for `contains`.

    Blanks are left out except between Latin words, where they part words; beside Japanese they are an accident of
    how the text was extracted. The database folds both sides, so they can never be folded differently.
    """

    output_field = TextField()
    arity = 1
    template = (
        r"translate(regexp_replace(lower(normalize((%(expressions)s), NFKC)),"
        r" '(?<![a-z0-9])\s+|\s+(?![a-z0-9])', '', 'g'),"
        f" '{KATAKANA}', '{HIRAGANA}')"
    )
