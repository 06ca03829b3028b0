"""Random secrets that are made once and kept in files only their owner can read."""

import fcntl
import os
import secrets
from pathlib import Path

from tracker.embedded.errors import EmbeddedError

BYTES = 48


def kept(path: Path) -> str:
    """The secret in `path`, made now when there is none; two processes that ask at once get the same one.

    Raises EmbeddedError when the file cannot be read or written.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            secret = file.read().strip()
            if not secret:
                secret = secrets.token_urlsafe(BYTES)
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
            return secret
    except OSError as error:
        raise EmbeddedError(f"The secret in {path} cannot be read or made: {error.strerror}.") from None


def set_secret_key(data_dir: Path) -> None:
    """Puts a SECRET_KEY, kept in `data_dir`, into the environment unless there is one. Raises EmbeddedError."""
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = kept(data_dir / "secret_key")
