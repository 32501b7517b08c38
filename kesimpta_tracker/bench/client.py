"""A very small browser: one kept connection, cookies, hidden fields, and how long it all took."""

import http.client
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass
class Answer:
    """What came back: status, where to go next, the text and the milliseconds it took."""

    status: int
    location: str
    text: str
    took: float


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


def hidden_fields(text: str) -> dict[str, str]:
    """Return the hidden fields of a page, such as its CSRF token and its idempotency key."""
    parser = _Hidden()
    parser.feed(text)
    return parser.found


@dataclass
class Client:
    """One person's kept connection to one server."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    link: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def is_answered(self, path: str = "/form/") -> bool:
        """Say whether the server answers at all, without waiting for it."""
        try:
            return self.get(path).status < 500
        except OSError:
            return False

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {
            "Host": f"localhost:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        try:
            answer, text = self._talk(method, path, body, headers)
        except http.client.RemoteDisconnected:
            # The server had closed the kept connection meanwhile, as it may: once more, as a browser does.
            begun = time.perf_counter()
            answer, text = self._talk(method, path, body, headers)
        took = (time.perf_counter() - begun) * 1000
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, answer.headers.get("Location", ""), text, took)

    def _talk(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.link.request(method, path, body, headers)
            answer = self.link.getresponse()
            return answer, answer.read().decode()
        except (http.client.HTTPException, OSError):
            self.link.close()
            self.link = None
            raise
