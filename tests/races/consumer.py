"""A consumer of the change feed, as someone else would write one: it keeps each page, and goes on from the last one.

`python consumer.py ADDRESS TOKEN FILE`: appends every page to FILE as one line, on the disk before it asks again.
"""

import json
import os
import sys
import urllib.request


def position(path: str) -> int:
    """`next` of the last whole line; what was cut off behind it is removed."""
    if not os.path.exists(path):
        return 0
    with open(path, "rb+") as file:
        *whole, _ = file.read().split(b"\n")
        file.truncate(sum(len(line) + 1 for line in whole))
    return json.loads(whole[-1])["next"] if whole else 0


def main(address: str, token: str, path: str) -> None:
    after = position(path)
    with open(path, "ab") as file:
        while True:
            asked = urllib.request.Request(  # noqa: S310 the test's own server
                f"{address}/api/v1/events?after={after}&limit=7&wait=2", headers={"Authorization": f"Bearer {token}"}
            )
            with urllib.request.urlopen(asked, timeout=30) as reply:  # noqa: S310
                page = json.loads(reply.read())
            after = page["next"]
            file.write(json.dumps({"ids": [item["id"] for item in page["items"]], "next": after}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
