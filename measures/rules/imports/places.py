"""Cells by their names: row and column counted from 1; nothing here needs the framework."""


def number_of(letters: str) -> int:
    """A is 1, XFD is 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters(number: int) -> str:
    """1 is A, 16384 is XFD."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def named(row: int, column: int) -> str:
    """(7, 3) is C7."""
    return f"{letters(column)}{row}"
