"""The files of the bundle in their order, each read when its turn comes."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from measures.audit import verify_bundle, verify_log
from measures.exports import delimited, log
from measures.exports.about import About
from measures.exports.bundle import descriptor, proofs, readme
from measures.exports.bundle.archive import Archive
from measures.exports.tables import Table
from measures.models import Checkpoint, Document, DocumentVersion, LogKey, Report
from measures.queries import as_of

INCOMPLETE = delimited.INCOMPLETE.encode()
ROWS_A_FETCH = 10
service_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle is of: `tables` and all else as known at `moment`, the log up to `checkpoint`, of `origin`.

    `sees(audience, ministry)` says whose events' bodies the reader gets.
    """

    moment: datetime
    about: About
    tables: list[Table]
    checkpoint: Checkpoint
    origin: str
    sees: log.Sees


def stream(bundle: Bundle) -> Iterator[bytes]:
    """The ZIP, the same bytes for the same bundle; memory stays flat.

    One that broke off has no directory, so that nothing opens it, and its last line says why.
    """
    try:
        yield from _Packing(bundle).parts()
    except Exception:
        service_log.exception("the bundle broke off")
        yield INCOMPLETE


class _Packing:
    """One bundle on its way, with what was said of its files so far."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.archive = Archive()
        self.resources: list[dict[str, Any]] = []

    def parts(self) -> Iterator[bytes]:
        with as_of.reading(None):
            yield from self.archive.add("README.txt", [readme.text(self.bundle.about, self.bundle.tables)])
            with as_of.known_at(self.bundle.moment):
                yield from self._tables()
                yield from self._documents()
                yield from self._reports()
            yield from self._log()
        yield from self._programs()
        yield from self._digests()
        yield from self.archive.end()

    def _tables(self) -> Iterator[bytes]:
        keys = {table.name: table.key for table in self.bundle.tables if table.key}
        for table in self.bundle.tables:
            yield from self.archive.add(f"tables/{table.name}.csv", delimited.chunks(table))
            self.resources.append(descriptor.of_table(table, self.archive.packed[-1], keys))

    def _documents(self) -> Iterator[bytes]:
        columns = ("version", "title", "text")
        for pk, code, *first in Document.objects.order_by("code").values_list("pk", "code", *columns):
            later = DocumentVersion.objects.filter(document=pk).order_by("version").values_list(*columns)
            for version, title, text in [first, *later]:
                name = f"{code}-{version}"
                yield from self._file(f"documents/{name}.txt", [text.encode()], f"document-{name}", title)

    def _reports(self) -> Iterator[bytes]:
        for code, text in Report.objects.order_by("code").values_list("code", "text").iterator(ROWS_A_FETCH):
            yield from self._file(f"reports/{code}.json", [text.encode()], f"report-{code}", f"公表した報告書 {code}")

    def _log(self) -> Iterator[bytes]:
        newest, keys = self.bundle.checkpoint, LogKey.objects.filter(since__lte=self.bundle.checkpoint.at)
        vkeys = list(keys.order_by("id").values_list("vkey", flat=True))
        lines = log.lines(size=newest.size, origin=self.bundle.origin, keys=vkeys, sees=self.bundle.sees)
        yield from self._file("log/log.jsonl", lines, "log", "変更の記録")
        yield from self._file("log/checkpoint.txt", [newest.text.encode()], "checkpoint", "署名済みチェックポイント")
        yield from self._file("log/keys.txt", [f"{vkey}\n".encode() for vkey in vkeys], "keys", "公開鍵")
        yield from self._file("log/proofs.jsonl", proofs.stream(newest.size), "proofs", "記録の証明")

    def _file(self, path: str, chunks: Iterable[bytes], name: str, title: str) -> Iterator[bytes]:
        yield from self.archive.add(path, chunks)
        self.resources.append(descriptor.of_file(name.lower(), self.archive.packed[-1], title))

    def _programs(self) -> Iterator[bytes]:
        for program in (verify_bundle, verify_log):
            path = Path(str(program.__file__))
            yield from self.archive.add(path.name, [path.read_bytes()])

    def _digests(self) -> Iterator[bytes]:
        said = descriptor.descriptor(self.bundle.about, self.resources)
        pretty = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        yield from self.archive.add("datapackage.json", [orjson.dumps(said, option=pretty)])
        files = sorted(self.archive.packed, key=lambda one: one.path)
        yield from self.archive.add("SHA256SUMS", [f"{one.sha256}  {one.path}\n".encode() for one in files])
