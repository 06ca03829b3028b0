"""Numbers as people type them, made what the API takes: full-width digits, separators, the Japanese minus, a unit."""

import unicodedata

MINUS = ("▲", "△", "−", "–", "―")


def tidy(text: str, unit: str = "") -> str:
    """ASCII digits without separators and unit: "１６．１ ％" of "%" is "16.1"; what is no number stays as it was."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if unit:
        plain = plain.removesuffix(unicodedata.normalize("NFKC", unit)).strip()
    plain = plain.replace(",", "").replace("、", "").replace(" ", "")
    for mark in MINUS:
        if plain.startswith(mark):
            plain = f"-{plain.removeprefix(mark)}"
    return plain
