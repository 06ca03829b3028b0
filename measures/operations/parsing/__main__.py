"""Reads the file on standard input and writes what stands in it, or why it is not read, as JSON on standard output."""

import json
import sys
from typing import Any

from measures.operations.parsing import limits


def main() -> None:
    limits.confine()
    # Not before there are limits.
    from measures.operations.parsing import reading

    try:
        answer: dict[str, Any] = reading.read(sys.stdin.buffer)
    except limits.Refused as refused:
        answer = {"refused": refused.code, "where": refused.where}
    except (MemoryError, RecursionError):
        answer = {"refused": "too-heavy", "where": {}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())


if __name__ == "__main__":
    main()
