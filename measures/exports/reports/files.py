"""Every file that is made of a report when it is published; its canonical text is the one that they are made of."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from measures.exports.reports import pdf, workbook

XLSX, PDF = "report.xlsx", "report.pdf"
TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PDF: "application/pdf",
}


def made(said: Mapping[str, Any], text: str, *, seconds: int = pdf.SECONDS) -> list[tuple[str, str, bytes]]:
    """Name, media type and bytes of each. Raises pdf.NotTypeset when the PDF takes more than so many seconds."""
    digest = sha256(text.encode()).hexdigest()
    data = {XLSX: workbook.write(said), PDF: pdf.write(said, sha256=digest, seconds=seconds)}
    return [(name, TYPES[name], content) for name, content in data.items()]
