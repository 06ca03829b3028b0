"""A client made by openapi-python-client from the document alone: what was left out of it, and programs run with it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.openapi import documented

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "measure_tracker_client"
# Types whose names tell the generator nothing.
BINARY = dict.fromkeys(
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"), "application/octet-stream"
)


@dataclass(frozen=True)
class Generated:
    """`document` is what was read, `folder` holds the package, `said` is all that the generator printed."""

    document: dict[str, Any]
    folder: Path
    said: str

    @property
    def complaints(self) -> str:
        """What it said beside that it was at work."""
        return "\n".join(line for line in self.said.splitlines() if line and not line.startswith("Generating "))

    @property
    def left_out(self) -> set[str]:
        """Operations without a module and schemas without a class; what is one of several others needs none."""
        modules = {path.stem for path in (self.folder / PACKAGE / "api").rglob("*.py")}
        exported = (self.folder / PACKAGE / "models" / "__init__.py").read_text()
        classes = set(re.findall(r'^ +"(\w+)",$', exported, re.MULTILINE))
        schemas = self.document["components"]["schemas"]
        needed = {name for name, schema in schemas.items() if "oneOf" not in schema}
        return (set(documented.operations(self.document)) - modules) | (needed - classes)


def generated(document: dict[str, Any], folder: Path) -> Generated:
    (folder / "openapi.json").write_text(json.dumps(document))
    # Left to itself it would format what it made, with a tool that need not be there.
    (folder / "config.json").write_text(json.dumps({"post_hooks": [], "content_type_overrides": BINARY}))
    given = ("--path", "openapi.json", "--config", "config.json", "--output-path", "made")
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *given],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Generated(document, folder / "made", done.stdout + done.stderr)


def run(made: Generated, program: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a program of `by_client` reports; it runs in a Python of its own, so that nothing of the client stays."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.journeys.by_client.{program}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(made.folder), "PYTHONDONTWRITEBYTECODE": "1"},
        input=json.dumps(given),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))
