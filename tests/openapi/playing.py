"""Sending an example: what has to happen before it, then the request as it stands in the document."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from urllib.parse import urlencode

from django.http import HttpResponse
from rest_framework.test import APIClient

from measures.api.openapi import examples
from measures.api.openapi.examples import Example
from measures.api.openapi.operations import OPERATIONS, PREFIX, Operation
from tests import builders
from tests.api.test_evidence import a_form
from tests.openapi import stages


def operation_of(example: Example) -> Operation:
    return next(one for one in OPERATIONS.values() if one.id == example.operation)


class Played:
    """An example after its stage; it can be sent more than once, and with changes."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.method, path = examples.line_of(example)
        for name, value in stages.STAGES.get(example.name, dict)().items():
            path = path.replace(f"{{{name}}}", value)
        self.clients: dict[tuple[str, ...], APIClient] = {}
        self.path = PREFIX + path + (f"?{urlencode(example.query)}" if example.query else "")

    def send(
        self,
        *,
        by: str | None = None,
        scopes: Sequence[str] = (),
        headers: Mapping[str, str | None] | None = None,
        method: str = "",
    ) -> HttpResponse:
        """By the example's own person with every scope unless others are given; a header that is None is left out."""
        sent = {"Accept-Language": "en", **self._needed(), **self.example.headers, **(headers or {})}
        kept = {name: value for name, value in sent.items() if value is not None}
        client = self._client(self.example.by if by is None else by, *scopes)
        body = b"" if self.example.body is None else json.dumps(self.example.body).encode()
        media_type = kept.pop("Content-Type", "application/json")
        if self.example.form:
            fields = dict(self.example.form)
            body, media_type = a_form(file=("values.csv", fields.pop("file").encode()), **fields)
        # The test client has nothing to be read where there is no body; a server always has.
        rest = {} if body else {"wsgi.input": BytesIO()}
        return client.generic(method or self.method, self.path, body, content_type=media_type, headers=kept, **rest)

    def _client(self, by: str, *scopes: str) -> APIClient:
        """One token for all that a person sends, since a new one would show in the list of tokens."""
        if (by, *scopes) not in self.clients:
            self.clients[by, *scopes] = builders.client(by or None, *scopes)
            self.clients[by, *scopes].raise_request_exception = False
        return self.clients[by, *scopes]

    def _needed(self) -> dict[str, str]:
        """The headers that the document says the operation needs."""
        operation = operation_of(self.example)
        key = {"Idempotency-Key": "of-an-example"} if operation.key == "needed" else {}
        return {**key, **({"If-Match": "*"} if operation.match else {})}
