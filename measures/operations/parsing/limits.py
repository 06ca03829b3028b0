"""What the program that reads may use, and how much a file may hold; beyond it the file is refused."""

import resource

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 6
ANSWER_BYTES = 32 * 1024 * 1024
# Of an archive: how many parts, and what they may come to when they are unpacked.
MOST_PARTS = 1_000
UNPACKED_BYTES = 64 * 1024 * 1024
# Of a sheet: a cell further out is no table of ours.
MOST_ROWS, MOST_COLUMNS = 5_000, 100
MOST_CELLS = 200_000
MOST_SHEETS = 20
# The most that Excel takes in a cell.
LONGEST_TEXT = 32_767


class Refused(Exception):
    """The file is not read: a code, and what of it, as {name: text}."""

    def __init__(self, code: str, **where: str) -> None:
        super().__init__(code)
        self.code, self.where = code, where


def confine() -> None:
    """Holds this process to its limits for good; no core is left of it."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
