"""A browser's side of Streamlit's websocket: opens a page, moves a slider, polls a fragment."""

import asyncio
import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE_S = 60  # for one answer


@dataclass
class Answer:
    """What came back of one rerun: seconds until its last message, bytes, messages."""

    seconds: float = 0.0
    bytes: int = 0
    messages: list[ForwardMsg] = field(default_factory=list, repr=False)


class Session:
    """One visitor with one tab. Faults of the page are gathered in `exceptions`, they raise nothing."""

    def __init__(self, port: int, query: str = ""):
        self.port, self.query = port, query
        self.page_hash = ""
        self.fragments: dict[str, float] = {}  # id of a fragment that polls -> seconds between two polls
        self.widgets: dict[str, WidgetState] = {}  # what was moved so far: a browser sends it with each rerun
        self.exceptions: list[str] = []
        self._socket: websockets.ClientConnection

    async def __aenter__(self) -> "Session":
        self._socket = await websockets.connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol(name) for name in ("streamlit", "PLACEHOLDER_AUTH_TOKEN")],
            origin=websockets.Origin(f"http://127.0.0.1:{self.port}"),
            max_size=None,
            compression=None,
            open_timeout=PATIENCE_S,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def open(self, page: str) -> Answer:
        """Go to a page by its name in the URL ("" for the first one)."""
        self.fragments = {}
        message = BackMsg()
        message.rerun_script.page_name = page
        return await self._rerun(message)

    async def slide(self, widget: str, value: float) -> Answer:
        """Move a slider, by its id (see `ids`)."""
        state = WidgetState(id=widget)
        state.double_array_value.data.append(value)
        self.widgets[widget] = state
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        return await self._rerun(message)

    async def poll(self, fragment: str) -> Answer:
        """What the browser's timer does for a fragment with `run_every`."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = True
        return await self._rerun(message)

    async def interrupted(self, button: str, fragment: str) -> None:
        """Press a button in a fragment between two reruns of the whole page, sent in one breath."""
        page, press = BackMsg(), BackMsg()
        page.rerun_script.page_script_hash = press.rerun_script.page_script_hash = self.page_hash
        press.rerun_script.fragment_id = fragment
        press.rerun_script.widget_states.widgets.append(WidgetState(id=button, trigger_value=True))
        for message in (page, press, page):
            await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(self.widgets.values())
        await self._socket.send(message.SerializeToString())

    async def _rerun(self, message: BackMsg) -> Answer:
        began = time.perf_counter()
        await self._send(message)
        answer = Answer()
        while not self._take(await asyncio.wait_for(self._socket.recv(decode=False), PATIENCE_S), answer):
            pass
        answer.seconds = time.perf_counter() - began
        return answer

    def _take(self, raw: bytes, answer: Answer) -> bool:
        """One message of the server; whether it is the last of this rerun."""
        message = ForwardMsg.FromString(raw)
        answer.bytes += len(raw)
        answer.messages.append(message)
        match message.WhichOneof("type"):
            case "navigation":
                self.page_hash = message.navigation.page_script_hash
            case "auto_rerun":
                self.fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "delta" if message.delta.new_element.WhichOneof("type") == "exception":
                self.exceptions.append(message.delta.new_element.exception.message)
            case "script_finished":
                return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False


def ids(answer: Answer, name: str) -> str:
    """The id of the slider with this key, as in "receptive_field.layers". Raises LookupError."""
    for message in answer.messages:
        slider = message.delta.new_element.slider
        if slider.id.endswith(f"-{name}"):
            return slider.id
    raise LookupError(f"the page shows no slider {name}")
