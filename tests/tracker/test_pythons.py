"""Every Python that is supported and found here reads the sources; .ci/run starts the project with each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracker.starting import ROOT

READ = "import pathlib, sys; [compile(pathlib.Path(p).read_bytes(), p, 'exec') for p in sys.stdin.read().split('\\n')]"


def found(minor: int) -> str | None:
    """A Python 3.`minor` that runs; a name on PATH proves nothing."""
    installed = sorted(Path(os.path.expanduser("~/.pyenv/versions")).glob(f"3.{minor}.*/bin/python3"))
    for candidate in (shutil.which(f"python3.{minor}"), *installed):
        check = [candidate, "-c", f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"]
        if candidate and subprocess.run(check, check=False, capture_output=True).returncode == 0:
            return str(candidate)
    return None


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_the_sources_can_be_read_by_python_3(minor):
    python = sys.executable if sys.version_info[1] == minor else found(minor)
    if python is None:
        pytest.skip(f"needs Python 3.{minor}")
    sources = [
        ROOT / "manage.py",
        *(path for top in ("tracker", "measures", "tests") for path in (ROOT / top).rglob("*.py")),
    ]
    done = subprocess.run(
        [python, "-W", "error", "-c", READ],
        input="\n".join(map(str, sources)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
