"""A caller over real HTTP, as a dashboard or an officer's script would be: no test client, no shortcuts."""

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])


@dataclass
class Caller:
    """Calls `base` with `token`; every POST gets an Idempotency-Key of its own unless one is given."""

    base: str
    token: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, None, headers)

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Reply:
        return self.call("POST", path, body or {}, {"Idempotency-Key": str(uuid.uuid4()), **headers})

    def patch(self, path: str, body: dict[str, Any], **headers: str) -> Reply:
        return self.call("PATCH", path, body, headers)

    def call(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.base + path, data=data, headers=sent, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 the test's own server
                return Reply(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.headers, error.read())
