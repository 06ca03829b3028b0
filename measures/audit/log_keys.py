"""The private key that signs the log: a file outside of the database, so that who has the one has not the other."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from measures.audit.checkpoints import Signer, new_signer, signer_from

FILE = "log-key"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class LogKeyError(Exception):
    """Why the log's key cannot be used, in one sentence that says what to do."""


def is_there(folder: Path) -> bool:
    return os.path.lexists(folder / FILE)


def kept(folder: Path) -> Signer:
    """The key in `folder`. LogKeyError when it is missing, unreadable, open to others or not a key."""
    path = folder / FILE
    try:
        with path.open() as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            written = file.read().strip()
    except FileNotFoundError:
        raise LogKeyError(
            f"The log's key {path} is missing, though the log was signed with it: bring it back, "
            "or make a new one with ./dev manage rotate_log_key."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise LogKeyError(f"The log's key {path} cannot be read ({_why(error)}): give it back to its user.") from None
    if mode & OTHERS:
        raise LogKeyError(
            f"The log's key {path} is open to others (mode {mode:04o}): chmod 600 it, "
            "and if others may have read it, make a new one with ./dev manage rotate_log_key."
        )
    try:
        return signer_from(written)
    except ValueError as error:
        raise LogKeyError(f"The log's key {path} is damaged ({error}): bring it back from a copy.") from None


def made(folder: Path, name: str) -> Signer:
    """The key in `folder`, made now unless it is there; two that make it at once end with the same one. LogKeyError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = _written(folder, new_signer(name))
        try:
            # Fails where the name is taken, and the file has all of its content the moment it has the name.
            with suppress(FileExistsError):
                os.link(unfinished, folder / FILE)
        finally:
            unfinished.unlink()
        _keep_names(folder)
    except OSError as error:
        raise LogKeyError(f"The log's key {folder / FILE} cannot be made ({_why(error)}): set LOG_KEY_DIR.") from None
    return kept(folder)


def replaced(folder: Path, name: str) -> Signer:
    """A new key in the place of the one in `folder`, which stays beside it under its id, `log-key.<hex id>`, if any."""
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = new_signer(name)
        unfinished = _written(folder, new)
        if is_there(folder):
            _keep_aside(path)
        unfinished.replace(path)
        _keep_names(folder)
    except OSError as error:
        raise LogKeyError(f"The log's key {path} cannot be replaced ({_why(error)}): set LOG_KEY_DIR.") from None
    return new


def _keep_aside(path: Path) -> None:
    try:
        name = kept(path.parent).id.hex()
    except LogKeyError:
        # A key that cannot be used is no reason not to make a new one.
        name = f"unusable-{secrets.token_hex(4)}"
    with suppress(FileExistsError):
        os.link(path, path.with_name(f"{FILE}.{name}"))


def _written(folder: Path, signer: Signer) -> Path:
    """`signer` in a new file that only its user can read, on the disk."""
    path = folder / f"{FILE}.new-{secrets.token_hex(8)}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(signer.secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _keep_names(folder: Path) -> None:
    """Sees to it that the folder's names are on the disk too."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
