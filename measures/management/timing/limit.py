"""The limit: a bare WSGI application that answers each path with what one prepared statement returns.

It stands for what this machine, granian and PostgreSQL give anyone. LIMIT_STATEMENTS names a JSON file of its
statements by path, DATABASE_URL the database.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import psycopg

STATEMENTS: dict[str, str] = json.loads(Path(os.environ["LIMIT_STATEMENTS"]).read_text(encoding="utf-8"))
held = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Parameters come from the query and, with POST, a JSON body; one statement is one transaction."""
    statement = STATEMENTS.get(environ["PATH_INFO"])
    if statement is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    given: dict[str, Any] = dict(parse_qsl(environ["QUERY_STRING"]))
    if environ["REQUEST_METHOD"] == "POST":
        given |= json.loads(environ["wsgi.input"].read())
    row = _connection().execute(statement, given).fetchone()
    body = row[0].encode() if row else b""
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> "psycopg.Connection[Any]":
    if not hasattr(held, "connection"):
        held.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0)
    return held.connection
