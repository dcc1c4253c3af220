"""Streamlit's own scripts come compressed, from memory, and are the same."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.packed import Packed

SCRIPT = "export default 1;\n" * 500


class Files:
    """A server of files that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        routes = [Route("/static/js/{name}", self.file), Route("/other/js/{name}", self.file)]
        self.packed = Packed(Starlette(routes=routes))
        self.client = TestClient(self.packed)

    async def file(self, request: Request) -> Response:
        self.asked += 1
        if request.path_params["name"] == "none.js":
            return PlainTextResponse("no such file", 404)
        headers = {"etag": '"1"', "accept-ranges": "bytes", "cache-control": "immutable"}
        return Response(SCRIPT, 206 if "range" in request.headers else 200, headers, "text/javascript")


def test_a_script_is_compressed_once_and_stays_what_it_is() -> None:
    """Killed: compressed with each request; the length of the bytes as they were; its type lost."""
    files = Files()
    for _ in range(3):
        answer = files.client.get("/static/js/index.abc.js")
        assert answer.text == SCRIPT
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < len(SCRIPT) / 20
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "immutable"
        assert "etag" not in answer.headers
    assert files.asked == 1


def test_who_takes_no_gzip_or_asks_for_a_part_gets_the_file_itself() -> None:
    """Killed: gzip for everybody."""
    files = Files()
    for headers in ({"accept-encoding": "identity"}, {"range": "bytes=0-9"}):
        answer = files.client.get("/static/js/index.abc.js", headers=headers)
        assert "content-encoding" not in answer.headers
        assert answer.headers["etag"] == '"1"'


def test_what_is_not_there_is_not_kept_and_others_are_passed_on() -> None:
    """Killed: an answer of 404 that is kept as a script; every path that ends in .js."""
    files = Files()
    assert [files.client.get("/static/js/none.js").status_code for _ in range(2)] == [404, 404]
    assert "content-encoding" not in files.client.get("/other/js/a.js").headers
    assert files.packed.kept == {}
