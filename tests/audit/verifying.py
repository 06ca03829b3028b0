"""Runs the offline verifier in this process, as its command line does, and keeps what it said."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from measures.audit import verify_log


@dataclass(frozen=True)
class Verdict:
    status: int
    output: str
    errors: str

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()

    @property
    def last(self) -> str:
        """The sentence that everything ends with."""
        return (self.output + self.errors).splitlines()[-1]

    @property
    def findings(self) -> list[str]:
        kinds = ("added", "broken", "changed", "checkpoint", "cut off", "duplicated", "header", "leaf", "missing")
        return [line for line in self.lines if line.startswith((*kinds, "moved", "node", "rewritten", "unsigned"))]


def verify(path: Path, *arguments: str) -> Verdict:
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        status = verify_log.main([str(path), *arguments])
    return Verdict(status, output.getvalue(), errors.getvalue())
