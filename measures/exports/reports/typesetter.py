"""The child process that makes a PDF: it is given the pages as data on standard input, and has nothing else.

It is run by its path, knows none of our modules, and gives up memory, time, files and network before it begins.
"""

import ctypes
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("report.typ")
MEMORY_BYTES = 3 * 1024**3
OPEN_FILES = 64
NEW_USER, NEW_NET, PARENT_DEATH = 0x10000000, 0x40000000, 1


def give_up(seconds: int) -> None:
    """Nothing is written but what goes out, nobody is called, and the process ends with its parent."""
    library = ctypes.CDLL(None)
    library.prctl(PARENT_DEATH, signal.SIGKILL)
    # Where the system does not allow it there is still nothing in the template that would call anyone.
    library.unshare(NEW_USER | NEW_NET)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))


def main() -> None:
    """Reads {"at": seconds since 1970, "pages": ...} and writes the PDF."""
    give_up(int(sys.argv[1]))
    import pylopdf_fonts_jp
    import typst

    given = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_jp.sans_path().parent)],
    )
    compiled: Any = typst.compile
    made = compiled(
        TEMPLATE.read_bytes(),
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        sys_inputs={"pages": json.dumps(given["pages"])},
        format="pdf",
        timestamp=given["at"],
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
