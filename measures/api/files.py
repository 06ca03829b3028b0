"""How files are sent: their forms, what their heads say of them, streamed or whole and with a digest of all bytes."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from measures.errors import BadInput, Problem
from measures.exports import delimited, records, sheets
from measures.exports.about import About
from measures.exports.codebooks import codebook
from measures.exports.selected import Selected
from measures.exports.tables import Table
from measures.messages import say
from measures.queries import as_of

WANTED = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([1-9]|10)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Form:
    """A format of files: `ending` of their names, media type, and either the bytes as they are made, or all at once."""

    ending: str
    media_type: str
    said_as: str
    stream: Callable[[Table, About], Iterator[bytes]] | None = None
    write: Callable[[IO[bytes], Table, About], None] | None = None

    def renderer(self) -> BaseRenderer:
        """Stands for the media type in the content negotiation and in the OpenAPI document."""
        attributes = {"media_type": self.media_type, "format": self.ending, "charset": None, "render": _not_rendered}
        return type("FileRenderer", (BaseRenderer,), attributes)()


def _not_rendered(*args: Any, **kwargs: Any) -> bytes:
    raise TypeError("a file is sent by its view, not rendered")


CSV = Form("csv", "text/csv", "text/csv; charset=utf-8; header=present", lambda table, _: delimited.stream(table))
JSON = Form("json", "application/json", "application/json", records.stream)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX = Form(
    "xlsx", XLSX_TYPE, XLSX_TYPE, write=lambda file, table, about: sheets.write(file, [table, codebook(table, about)])
)
CODEBOOK = Form(
    "codebook.csv", CSV.media_type, CSV.said_as, lambda table, about: delimited.stream(codebook(table, about))
)
FORMS = (CSV, XLSX, JSON, CODEBOOK)


def sent(request: Request, table: Table, form: Form, *, about: About, moment: datetime | None) -> HttpResponseBase:
    """`table` as a file of `form`, read from what was known at `moment` while it is made.

    A form that can only be made as a whole is, and sent with its Content-Digest.
    """
    name = f"{table.name}.{form.ending}"
    if form.stream:
        chunks = _read_at(moment, form.stream(table, about))
        return streamed(request, name, form.said_as, chunks, about)
    return _named(_whole(request, form.said_as, partial(_written, table, form, about, moment)), name, about)


def streamed(request: Request, name: str, said_as: str, chunks: Iterator[bytes], about: About) -> HttpResponseBase:
    """A file that is sent while its `chunks` are made, or, where the caller's Want-Content-Digest (RFC 9530) asks for
    that, made first and sent with its Content-Digest.
    """
    if WANTED.search(request.headers.get("Want-Content-Digest", "")):
        response = _whole(request, said_as, lambda file: file.writelines(chunks))
    elif request.method == "HEAD":
        response = _empty(said_as)
    else:
        response = StreamingHttpResponse(chunks, content_type=said_as)
    return _named(response, name, about)


def watched(request: Request, table: Table) -> Table:
    """`table` as whoever asks within the process watches its rows, such as a command that says how far it is."""
    watch: Callable[[Table], Table] | None = getattr(request._request, "watch", None)
    return watch(table) if watch else table


def content_digest(sha256: bytes) -> str:
    """What RFC 9530 has the head of a file say of its bytes."""
    return f"sha-256=:{b64encode(sha256).decode()}:"


def headers(about: About) -> dict[str, str]:
    """What the head of a file says of it; without a Checkpoint before the first."""
    origin_size_root = " ".join(about.checkpoint.split("\n")[:3])
    said = {"As-Of": about.said()["as_of"], "Revision": str(about.revision), "Checkpoint": origin_size_root}
    return {name: value for name, value in said.items() if value}


def refuse_too_long(table: Table, form: Form) -> None:
    """BadInput when a sheet cannot hold the rows, before anything is sent."""
    if form is not XLSX or not isinstance(table.rows, Selected):
        return
    rows, most = table.rows.count(), sheets.MOST_ROWS - 1
    if rows > most:
        detail = say(
            "There are {rows} rows, and a sheet holds {most}: narrow them by filters, or take CSV or JSON.",
            rows=f"{rows:,}",
            most=f"{most:,}",
        )
        raise BadInput([Problem("", "too-many-rows", detail)])


def _read_at(moment: datetime | None, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, whose rows are read while they are sent."""
    with as_of.reading(moment):
        yield from chunks


def _written(table: Table, form: Form, about: About, moment: datetime | None, file: IO[bytes]) -> None:
    with as_of.reading(moment):
        if form.write:
            form.write(file, table, about)


def _whole(request: Request, said_as: str, write: Callable[[IO[bytes]], None]) -> HttpResponseBase:
    if request.method == "HEAD":
        return _empty(said_as)
    # It ends with the answer, which closes it.
    file = TemporaryFile()  # noqa: SIM115
    write(file)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()
    file.seek(0)
    response = FileResponse(file, content_type=said_as)
    response["Content-Digest"] = content_digest(digest)
    return response


def _empty(said_as: str) -> HttpResponse:
    """For a HEAD, which makes nothing."""
    response = HttpResponse(content_type=said_as)
    del response["Content-Length"]
    return response


def _named(response: HttpResponseBase, name: str, about: About) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    for header, value in headers(about).items():
        response[header] = value
    return response
