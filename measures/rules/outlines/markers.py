"""What may stand before a piece of a document: chapters, annexes, numbers, letters, bullets, notes and labels."""

import re
from dataclasses import dataclass
from unicodedata import normalize, numeric

DIGITS = "[0-9０-９]"
KANJI = "[一二三四五六七八九十]"
BULLETS = "○●◎◯〇•‣▪■□◆◇▲△▼▽▶►▷➢➤⇒→✓✔☑★☆"
WEAK_BULLETS = "・･\\-‐–—－*＊"
ANNEXES = "別紙|別添|別表|別冊|参考資料|附属資料|付属資料|添付資料|参考|付録|附録|資料"
# By name, in the order in which they are tried: (pattern, whether what it finds stays in the text).
CHAPTER, ANNEX, LABEL, NOTE = "chapter", "annex", "label", "note"
GRAMMAR: tuple[tuple[str, str, bool], ...] = (
    (CHAPTER, f"第 ?(?P<number>{DIGITS}{{1,3}}|{KANJI}{{1,3}}) ?(?P<unit>[部編章節款])(?=[ 　:：]|$)", True),
    (ANNEX, f"(?:{ANNEXES}) ?(?P<number>{DIGITS}{{1,2}}|{KANJI}{{1,3}})?$", True),
    (LABEL, "[＜〈《【［](?P<number>)[^＜〈《【［＞〉》】］]{1,40}[＞〉》】］]$", True),
    (
        NOTE,
        f"(?P<number>)(?:※{DIGITS}{{0,2}}|＊{DIGITS}{{1,2}}|[(（]注{DIGITS}{{0,2}}[)）]|注{DIGITS}{{0,2}}[)）:：])",
        False,
    ),
    ("roman", "(?P<number>[Ⅰ-Ⅻ]|[IVX]{1,5}(?=[.．]))[.．、 　]?", False),
    ("many", f"(?P<number>{DIGITS}{{1,2}}(?:[.．\\-－]{DIGITS}{{1,2}}){{1,4}})(?=[ 　])", False),
    ("dotted", f"(?P<number>{DIGITS}{{1,2}})(?:．|、|\\.(?![0-9]))", False),
    ("closed", f"(?P<number>{DIGITS}{{1,2}})[)）]", False),
    ("enclosed", f"[(（](?P<number>{DIGITS}{{1,2}})[)）]", False),
    ("circled", "(?P<number>[①-⑳㉑-㉟㊱-㊿❶-❿])", False),
    ("kanji", f"(?P<number>{KANJI}{{1,3}})[、．.]", False),
    ("kanji enclosed", f"[(（](?P<number>{KANJI}{{1,3}})[)）]", False),
    ("kana", "[(（]?(?P<number>[ア-ン])[)）．.、](?=.)", False),
    ("letter", "[(（]?(?P<number>[a-zA-Zａ-ｚＡ-Ｚ])(?:[)）．]|\\.(?= ))", False),
    ("bullet", f"(?P<number>)[{BULLETS}]", False),
    ("weak bullet", f"(?P<number>)(?:[・･](?![・･])|[{WEAK_BULLETS[2:]}](?=[ 　]))", False),
)
READ = tuple((name, re.compile(pattern), stays) for name, pattern, stays in GRAMMAR)
READ_BULLETS = tuple(one for one in READ if one[0] == "bullet")
BULLET_NAMES = ("bullet", "weak bullet")
# They stand at the beginning of a line by chance more often than others.
WEAK = {"weak bullet", CHAPTER, "many", "dotted", "closed", "enclosed", "kanji", "kanji enclosed", "kana", "letter"}
UNITS = "部編章節款"
# The letters that a marker may begin with; most lines begin with another one.
LEADING = frozenset("第注別参附付添資" + "一二三四五六七八九十" + "IVX") | frozenset(
    chr(code) for first, last in ("ⅠⅫ", "アン", "az", "AZ", "ａｚ", "ＡＺ") for code in range(ord(first), ord(last) + 1)
)
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Marker:
    """`family` is one for markers that stand beside each other; `number` counts among them, None where none does."""

    name: str
    family: str
    sign: str
    number: int | None
    rest: str

    @property
    def is_bullet(self) -> bool:
        return self.name in BULLET_NAMES

    @property
    def is_weak(self) -> bool:
        return self.name in WEAK


def read(line: str) -> Marker | None:
    """The marker that a line without its margins begins with, and what comes after it."""
    if not line or (line[0].isalpha() and line[0] not in LEADING):
        return None
    for name, pattern, stays in READ if line[0] not in BULLETS else READ_BULLETS:
        if found := pattern.match(line):
            sign = found.group()
            rest = line if stays else line[found.end() :].lstrip(" \u3000")
            if not rest or (len(sign) > LONGEST and not stays):
                return None
            return Marker(name, _family(name, found), "" if stays else sign.strip(), _number(name, found), rest)
    return None


def _family(name: str, found: re.Match[str]) -> str:
    if name == CHAPTER:
        return f"{name} {UNITS.index(found['unit'])}"
    if name == "many":
        return f"{name} {len(re.split('[.．－-]', found['number']))}"
    if name in BULLET_NAMES:
        return found.group()
    return name


def _number(name: str, found: re.Match[str]) -> int | None:
    text = normalize("NFKC", found["number"] or "")
    if not text:
        return None
    if name == "many":
        return int(re.split("[.-]", text)[-1])
    if text.isdigit():
        return int(text)
    if len(text) == 1 and text in "一二三四五六七八九十":
        return int(numeric(text))
    if set(text) <= set("IVX"):
        return _roman(text)
    return None


def _roman(text: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text]
    return sum(-one if one < later else one for one, later in zip(values, [*values[1:], 0], strict=True))
