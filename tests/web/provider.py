"""An identity provider for tests: a small HTTP server that keeps to OpenID Connect, unless it is told to cheat."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "the-tracker", "the-secret-of-the-client"


@cache
def key(name: str) -> RSAPrivateKey:
    """A key, made once."""
    return generate_private_key(65537, 2048)


class FakeProvider:
    """`subject` is who is signed in there; `claims` and what follows say how it differs from an honest one."""

    def __init__(self, base: str) -> None:
        self.base, self.subject = base, "subject-1"
        self.begin_anew()

    def begin_anew(self) -> None:
        self.subject = "subject-1"
        self.issuer, self.signed_with, self.algorithm = self.base, "its own", "RS256"
        self.claims: dict[str, Any] = {}
        self.left_out: set[str] = set()
        self.userinfo: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.moved = self.is_down = self.takes_codes_twice = False

    def configuration(self) -> dict[str, Any]:
        paths = {"authorization": "/authorize", "token": "/token", "userinfo": "/userinfo"}
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": self.base + path for name, path in paths.items()},
            "jwks_uri": f"{self.base}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Signs somebody in without asking; where the browser is sent back to."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.get(form["code"]) if self.takes_codes_twice else self.codes.pop(form["code"], None)
        if authorization != f"Basic {client}" or asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if asked["code_challenge_method"] != "S256" or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "opens-userinfo", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.base, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.claims}
        said = {name: value for name, value in claims.items() if name not in self.left_out}
        signer: Any = {"RS256": key(self.signed_with), "HS256": SECRET.ljust(32, "x"), "none": None}[self.algorithm]
        return jwt.encode(said, signer, algorithm=self.algorithm, headers={"kid": "1"})

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(key("its own").public_key()))
        return {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}


class Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self.provider.is_down:
            self.reply(503, {})
        elif parts.path == "/.well-known/openid-configuration" and self.provider.moved:
            self.reply(302, {}, f"{self.provider.base}/elsewhere")
        elif parts.path in ("/.well-known/openid-configuration", "/elsewhere"):
            self.reply(200, self.provider.configuration())
        elif parts.path == "/authorize":
            self.reply(302, {}, self.provider.authorize(dict(parse_qsl(parts.query))))
        elif parts.path == "/jwks":
            self.reply(200, self.provider.keys())
        elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer opens-userinfo":
            self.reply(200, {"sub": self.provider.subject, **self.provider.userinfo})
        else:
            self.reply(404, {})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in form.items()}
        self.reply(*self.provider.token(given, self.headers["Authorization"] or ""))

    def reply(self, status: int, body: dict[str, Any], location: str = "") -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def running() -> Iterator[FakeProvider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FakeProvider(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("OfThis", (Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
