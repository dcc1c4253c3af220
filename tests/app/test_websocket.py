"""Raw messages to a real server: no widget's value starts a run out of bounds, and no page breaks on one."""

import asyncio
import http.client
import re
import socket
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from app.catalogue import entry
from app.page import controls, near
from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.core.params import params_of, read
from engine.labs import load
from engine.runs.client import Client, Refused
from engine.runs.store import Store
from tests.benchmarks.servers import APP, Server, served
from tests.browser.conftest import until
from tests.load.client import Answer, Session

LAB, SLUG = "autoregressive.pixelcnn", "pixelcnn"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The app as `make app` serves it, with a fresh home; nothing in the network ever answers it."""
    with socket.create_server(("127.0.0.1", 0)) as hole, pytest.MonkeyPatch.context() as around:
        for name in ("http_proxy", "https_proxy"):
            around.setenv(name, f"http://127.0.0.1:{hole.getsockname()[1]}")
        around.setenv("no_proxy", "localhost,127.0.0.1")
        around.setattr(
            urllib.request, "_opener", None
        )  # kept from its first use on, with the proxies of then
        with served(APP) as running:
            yield running


def widgets(answer: Answer) -> dict[str, tuple[str, str]]:
    """Key of a widget -> its id and kind, of all that a page showed."""
    found = {}
    for message in answer.messages:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind and (id := getattr(getattr(element, kind), "id", "")):
            found[id.split("-", 2)[2]] = (id, kind)  # $$ID-<hash>-<key>
    return found


def said(answer: Answer) -> str:
    """Every warning and note of a page."""
    return "\n".join(message.delta.new_element.alert.body for message in answer.messages)


def link(answer: Answer) -> dict[str, str]:
    """The parameters of the link that the page ends with: what it is set to."""
    texts = [message.delta.new_element.text.body for message in answer.messages]
    (found,) = [text for text in texts if f"/{SLUG}?" in text]
    return dict(parse_qsl(urlsplit(found).query, keep_blank_values=True))


def talk(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 60))


def number(value: float) -> Callable[[WidgetState], None]:
    return lambda state: setattr(state, "double_value", value)


def slid(*values: float) -> Callable[[WidgetState], None]:
    return lambda state: state.double_array_value.data.extend(values)


def text(value: str) -> Callable[[WidgetState], None]:
    return lambda state: setattr(state, "string_value", value)


def chosen(*values: str) -> Callable[[WidgetState], None]:
    return lambda state: state.string_array_value.data.extend(values)


async def to_the_end(session: Session) -> Answer:
    """Open the page and come near its end, where its link stands."""
    place = widgets(await session.open(SLUG))[f"{near.flag(SLUG)}.told"][0]
    session.widgets[place] = WidgetState(id=place, json_value='{"near": true}')
    answer = await session.open(SLUG)
    del session.widgets[place]
    return answer


async def forge(port: int, forged: dict[str, Callable[[WidgetState], None]], press: str = "") -> Answer:
    """Open the page, say that its widgets stand at these values, press the button whose key begins so."""
    async with Session(port) as session:
        known = widgets(await to_the_end(session))
        for key, write in forged.items():
            write(state := WidgetState(id=known[key][0]))
            session.widgets[state.id] = state
        answer = await session.open(SLUG)
        if press:
            (id,) = [id for key, (id, _) in widgets(answer).items() if key.startswith(press)]
            session.widgets[id] = WidgetState(id=id, trigger_value=True)
            answer = await session.open(SLUG)
        assert session.exceptions == []
        return answer


FORGED = [
    ("pixelcnn.layers", slid(99)),
    ("pixelcnn.layers", slid(-1)),
    ("pixelcnn.layers", slid(float("nan"))),
    ("pixelcnn.layers", slid(1, 2, 3)),
    ("pixelcnn.layers", text("five")),
    ("pixelcnn.steps", number(1e9)),
    ("pixelcnn.lr", number(float("inf"))),
    ("pixelcnn.lr", number(-1.0)),
    ("pixelcnn.seed", number(2.5)),
    ("pixelcnn.kernel", chosen("4")),
    ("pixelcnn.first", chosen("C")),
    ("pixelcnn.first", chosen("A", "B")),
    ("lab", chosen("another")),
    ("receptive_field.row", slid(16)),
    ("receptive_field.mask", text("111/111/11x")),
    ("receptive_field.mask", text("1" * 100_000)),
]


def within_bounds(answer: Answer) -> bool:
    """Whether every parameter that a page is set to lies within its bounds."""
    pairs = link(answer)
    for lab in map(load, entry(SLUG).labs):
        texts = {f.name: pairs[f"{controls.paper(lab)}.{f.name}"] for f, _ in params_of(lab.SPEC)}
        if read(lab.SPEC, texts)[1]:
            return False
    return True


@pytest.mark.parametrize(("key", "write"), FORGED, ids=[f"{key}-{n}" for n, (key, _) in enumerate(FORGED)])
def test_no_value_of_a_widget_sets_a_page_out_of_bounds_or_breaks_it(
    server: Server, key: str, write: Callable[[WidgetState], None]
) -> None:
    """Killed: `spec_of` taking session state unchecked."""
    assert within_bounds(talk(forge(server.port, {key: write})))


@pytest.mark.parametrize(
    ("key", "write"),
    [
        ("pixelcnn.steps", text("many")),
        ("pixelcnn.seed", number(float("nan"))),
        ("pixelcnn.first", number(1)),
    ],
)
def test_a_message_of_the_wrong_kind_hurts_its_sender_alone(
    server: Server, key: str, write: Callable[[WidgetState], None]
) -> None:
    """Streamlit's own reader stops that session before our code runs: nothing starts, others are served.

    Killed: a server that ends; a forged value seen in another session.
    """

    async def both() -> Answer:
        async with Session(server.port) as eve, Session(server.port) as ann:
            write(state := WidgetState(id=widgets(await eve.open(SLUG))[key][0]))
            eve.widgets[state.id] = state
            await eve.open(SLUG)
            answer = await to_the_end(ann)
            assert eve.exceptions != []
            assert ann.exceptions == []
            return answer

    before = len(Store(server.home).all())
    assert within_bounds(talk(both()))
    assert len(Store(server.home).all()) == before


def test_a_text_that_is_no_mask_is_refused_by_name_and_bound(server: Server) -> None:
    """Killed: the refusal swallowed; the text shown as Markdown."""

    async def twice() -> Answer:
        async with Session(server.port) as session:
            id = widgets(await session.open(SLUG))["receptive_field.mask"][0]
            session.widgets[id] = WidgetState(id=id, string_value="111/1<b>1/111")
            await session.open(SLUG)
            return await session.open(SLUG)

    answer = said(talk(twice()))
    assert re.search("mask must be .*empty, or 3, 5 or 7 rows", answer.replace("\\", ""))
    assert r"1\<b\>1" in answer


def test_a_run_that_is_started_with_forged_widgets_lies_within_its_bounds(server: Server) -> None:
    """Ten steps are asked for, and 99 layers. Killed: the spec built from session state with no check."""
    talk(forge(server.port, {"pixelcnn.layers": slid(99), "pixelcnn.steps": number(10)}, "train."))
    until(lambda: len(Store(server.home).all()) == 1, "the run")
    (run,) = Store(server.home).all()
    spec = PixelCNNSpec(**run.manifest["spec"])
    assert (spec.layers, spec.steps) == (5, 10)


def test_no_press_is_lost_between_two_reruns_of_the_page(server: Server) -> None:
    """A page draws itself anew when the browser tells what it remembers, and somebody presses just then.

    Killed: `fastReruns`, which ends the script together with what waits for it.
    """

    async def press() -> None:
        async with Session(server.port, query="pixelcnn.steps=10&pixelcnn.seed=77") as session:
            answer = await session.open(SLUG)
            (delta,) = [
                message.delta
                for message in answer.messages
                if "-train." in message.delta.new_element.button.id
            ]
            await session.interrupted(delta.new_element.button.id, delta.fragment_id)
            seeds = lambda: {run.manifest["spec"]["seed"] for run in Store(server.home).all()}  # noqa: E731
            await asyncio.to_thread(until, lambda: 77 in seeds(), "the run", 20)

    talk(press())


@pytest.mark.parametrize(
    ("name", "value"),
    [("layers", 99), ("layers", "5"), ("lr", float("nan")), ("steps", 10**9), ("first", "C")],
)
def test_the_supervisor_takes_no_spec_out_of_bounds_from_a_client(
    server: Server, name: str, value: Any
) -> None:
    """A Spec that was forced past its own check, sent by the client of this very code.

    Killed: `SPEC(**spec)` without the check, as `object.__new__` would do it.
    """
    spec, before = PixelCNNSpec(), len(Store(server.home).all())
    object.__setattr__(spec, name, value)
    with pytest.raises(Refused, match=f"^{name} must be "):
        Client(server.home).start(LAB, spec, session="eve")
    assert len(Store(server.home).all()) == before


def sent(server: Server, request: str) -> socket.socket:
    """A connection on which this was sent."""
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    wire.sendall(request.replace("\n", "\r\n").encode())
    return wire


def test_a_handshake_from_elsewhere_makes_nobody_wait(server: Server) -> None:
    """Streamlit would ask the network for this machine's address, in the loop that serves everybody.

    Killed: no door before Streamlit.
    """
    hello = (
        f"GET /_stcore/stream HTTP/1.1\nHost: localhost:{server.port}\nOrigin: http://evil.example\n"
        "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n"
    )
    wires, began = [sent(server, hello) for _ in range(4)], time.monotonic()
    time.sleep(0.1)
    wire = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    wire.request("GET", "/_stcore/health")
    assert wire.getresponse().status == 200
    assert time.monotonic() - began < 2  # four times 2 s otherwise
    assert {wire.recv(99)[:12] for wire in wires} == {b"HTTP/1.1 403"}


def test_who_leaves_in_mid_sentence_leaves_no_traceback(server: Server) -> None:
    """A voter's phone that goes out of reach. Killed: ClientDisconnect passed on."""
    head = f"POST /room/abcdefgh/vote HTTP/1.1\nHost: localhost:{server.port}\n"
    for _ in range(5):
        sent(server, f"{head}content-type: application/json\ncontent-length: 99\n\n{{").close()
    assert talk(opened(server)).messages
    assert "ClientDisconnect" not in server.log.read_text()


async def opened(server: Server) -> Answer:
    async with Session(server.port) as session:
        return await session.open(SLUG)
