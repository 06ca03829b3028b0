"""Which folders a DATA_DIR stands for: inside it for a normal user, under /var/lib for root."""

import hashlib
import os
import pwd
import re
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tracker.embedded import binaries, room
from tracker.embedded.account import STATE, Account, service_account
from tracker.embedded.errors import EmbeddedError

DEFAULT = ".data"
POINTER = "postgres-is-at"
# A socket's address has 107 bytes in all, and PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folders of one cluster; `account` is the user that runs it, or None for ourselves."""

    data_dir: Path
    home: Path
    bin: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def password(self) -> Path:
        return self.home / "password"

    @property
    def pointer(self) -> Path:
        return self.data_dir / POINTER

    def make_folder(self, path: Path) -> None:
        """Makes `path` with mode 0700 for the user that runs the cluster."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            self.account.give(path)


def chosen_data_dir() -> Path:
    """The absolute DATA_DIR of the environment, by default .data in the project's root; made when missing."""
    root = Path(__file__).resolve().parents[2]
    return prepared(root / (os.environ.get("DATA_DIR") or DEFAULT))


def prepared(data_dir: Path) -> Path:
    """`data_dir` resolved, existing and ours to write. Raises EmbeddedError."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        data_dir = data_dir.resolve()
        usable = os.access(data_dir, os.R_OK | os.W_OK | os.X_OK)
    except OSError as error:
        raise EmbeddedError(f"The data folder {data_dir} cannot be made ({error.strerror}): set DATA_DIR.") from None
    owner = data_dir.stat().st_uid
    # A cluster in it is a normal user's; what root would start instead is another, empty one.
    foreign = owner != os.geteuid() and (data_dir / "postgres").exists()
    if foreign or not usable:
        raise EmbeddedError(f"The data folder {data_dir} belongs to {_name(owner)}: run as that user, or set DATA_DIR.")
    return data_dir


def place_of(data_dir: Path) -> Place:
    """The place of a prepared `data_dir`; its folders exist afterwards. Raises EmbeddedError."""
    try:
        if os.geteuid() == 0:
            return _place_for_root(data_dir)
        place = Place(data_dir=data_dir, home=data_dir / "postgres", bin=binaries.installed(), account=None)
        place.make_folder(place.home)
        return place
    except OSError as error:
        what = f"The database's folder cannot be made: {error.filename or data_dir}: {error.strerror or error}."
        raise room.explained(STATE if os.geteuid() == 0 else data_dir, what) from None


def write_note(path: Path, text: str) -> None:
    """Writes `text` to `path` whole or not at all: a cluster is lost to its owner with the note that points to it."""
    # A path is bytes, and the locale may know fewer letters than it has.
    wanted = os.fsencode(text)
    if path.exists() and path.read_bytes() == wanted:
        return
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(wanted)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_note(path: Path) -> Path:
    """The path that was written to `path`. Raises OSError when there is none."""
    return Path(os.fsdecode(path.read_bytes().rstrip(b"\n")))


def socket_folder(place: Place) -> Path:
    """A private folder for the socket: run/ in the place, or a verified one in the system's when that is too long."""
    folder = place.home / "run"
    # PostgreSQL reads the setting as a list, so characters that part or quote entries are avoided altogether.
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and not re.search(r"[\",\n]", str(folder)):
        place.make_folder(folder)
        return folder
    temporary = Path(tempfile.gettempdir())
    mine = (temporary if len(os.fsencode(temporary)) < 40 else Path("/tmp")) / f"measure-tracker-{os.geteuid()}"  # noqa: S108 - verified below
    folder = mine / _short_hash(place.home)
    for part in (mine, folder):
        part.mkdir(mode=0o700, exist_ok=True)
        _verify_private(part)
    return folder


def _place_for_root(data_dir: Path) -> Place:
    account = service_account()
    STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = _pointed_home(data_dir) or home_for_root(data_dir)
    home.mkdir(mode=0o755, exist_ok=True)
    write_note(home / "data_dir", str(data_dir))
    return Place(data_dir=data_dir, home=home, bin=binaries.copied(), account=account)


def home_for_root(data_dir: Path) -> Path:
    """Where root's cluster is made for a `data_dir` that points to none yet."""
    return STATE / _short_hash(data_dir)


def _pointed_home(data_dir: Path) -> Path | None:
    """The home the pointer names, unless the pointer came here with a copy of another, still living data folder."""
    try:
        home = read_note(data_dir / POINTER)
        recorded = read_note(home / "data_dir")
    except OSError:
        return None
    if home.parent != STATE or (recorded != data_dir and (recorded / POINTER).exists()):
        return None
    return home


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _verify_private(folder: Path) -> None:
    """Anybody may make folders in the system's temporary one, so ours must be ours, real, and closed to others."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedError(f"The socket folder {folder} is not a private folder of yours: remove it or set DATA_DIR.")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
