"""The system user that owns the cluster when we are root, because PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.embedded.errors import EmbeddedError

NAME = "measure-tracker"
STATE = Path("/var/lib/measure-tracker")
INSTEAD = "run as a normal user, or set DATABASE_URL to a PostgreSQL 15 or newer"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user by numbers, as subprocess and chown want it."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Makes the account the owner of one file or folder."""
        os.chown(path, self.uid, self.gid)

    def identity(self) -> dict[str, Any]:
        """The arguments with which subprocess starts a program as this account and with no other group."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> Account:
    """The system user, made when missing. Raises EmbeddedError when that is not possible."""
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _make()
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            raise EmbeddedError(f"The system user {NAME} was made but cannot be found: {INSTEAD}.") from None
    if entry.pw_uid == 0:
        raise EmbeddedError(f"The system user {NAME} is root under another name: {INSTEAD}.")
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _make() -> None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise EmbeddedError(f"As root the database needs the system user {NAME}, and there is no useradd: {INSTEAD}.")
    no_login = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    done = subprocess.run(
        [program, "--system", "--user-group", "--no-create-home", "--home-dir", str(STATE), "--shell", no_login, NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 9):  # 9: someone else made it in the meantime
        raise EmbeddedError(f"The system user {NAME} cannot be made ({done.stderr.strip()}): {INSTEAD}.")
