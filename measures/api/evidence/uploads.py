"""A form with one file: the file goes to the disk as it comes, what stands beside it is read as strictly as JSON."""

import errno
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from measures.api.parsers import FORBIDDEN, cleaned
from measures.api.problems import NoRoom, TooLarge
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.operations.files import Incoming
from measures.operations.tokens import is_like_a_token

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LONGEST_NAME = 200
FILE = "file"


class UploadParser(BaseParser):
    """The fields of a form as a dictionary, its one file as an Incoming under `file`."""

    media_type = "multipart/form-data"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        if "*" in (media_type or ""):
            raise UnsupportedMediaType("*")
        meta = parser_context["request"].META
        handler, counted = ToDisk(), Counted(stream)
        try:
            fields, _ = MultiPartParser(meta, counted, [handler], "utf-8").parse()
            _refuse_cut(counted, int(meta.get("CONTENT_LENGTH") or 0))
            return _read(fields, handler)
        except BaseException as error:
            handler.discard()
            _say_why(error)
            raise


class Counted:
    """A stream that knows how much of it was read, and its last bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.length, self.tail = 0, b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.length += len(data)
        self.tail = (self.tail + data)[-8:]
        return data


class ToDisk(FileUploadHandler):
    """Takes one file; its name and its announced type come from whoever sent it, and only the name is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.incoming: Incoming | None = None
        self.named: list[str] = []

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        self.named.append(field_name)
        if len(self.named) == 1:
            self.incoming = Incoming(_tidy(file_name))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.incoming is None or len(self.named) > 1:
            return
        if self.incoming.size + len(raw_data) > settings.MAX_FILE_BYTES:
            raise TooLarge(
                "too-large",
                say("A file of at most {most} bytes is taken.", most=settings.MAX_FILE_BYTES),
            )
        self.incoming.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None

    def discard(self) -> None:
        if self.incoming:
            self.incoming.discard()


def _tidy(name: str) -> str:
    """A file's name without folders, and without what could turn it around or break a line."""
    last = FORBIDDEN.sub("", name).replace("\\", "/").rpartition("/")[2].strip(" .\t\r\n")
    return str(cleaned(last, "/file"))[-LONGEST_NAME:] or FILE


def _refuse_cut(counted: Counted, announced: int) -> None:
    if counted.length < announced or not counted.tail.rstrip(b"\r\n").endswith(b"--"):
        _refuse(
            "cut-short",
            say(
                "The body ended after {length} of {announced} bytes: send it again.",
                length=counted.length,
                announced=announced,
            ),
        )


def _read(fields: Any, handler: ToDisk) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, values in fields.lists():
        if len(values) > 1:
            _refuse("repeated", say("{name} takes one value: keep one of them.", name=name[:64]))
        if "\ufffd" in name + values[0]:
            _refuse("not-utf-8", say("The value is not UTF-8."))
        if is_like_a_token(values[0]):
            _refuse("token-in-body", say("The body holds a token, which goes into the header Authorization only."))
        given[name] = values[0]
    given = cleaned(given, "")
    if handler.named not in ([], [FILE]) or FILE in given:
        _refuse("one-file", say("Send one file, as the part 'file'."))
    if handler.incoming:
        handler.incoming.finish()
        given[FILE] = handler.incoming
    return given


def _say_why(error: BaseException) -> None:
    """Raises what a person can do something with, where the framework or the disk said something else."""
    if isinstance(error, MultiPartParserError):
        raise _refusal("not-a-form", say("The body is no multipart form that can be read.")) from error
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        raise TooLarge("too-much", say("The form has more beside its file than is taken.")) from error
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        detail = say("There is no room for the file now; nothing was kept. Tell the operators of the service.")
        raise NoRoom("no-room", detail) from error


def _refusal(code: str, detail: str) -> BadInput:
    return BadInput([Problem("", code, detail)])


def _refuse(code: str, detail: str) -> None:
    raise _refusal(code, detail)
