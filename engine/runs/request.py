"""What a request to the supervisor may hold: each value has its type and bounds, or is refused by name."""

from typing import Any

TEXT = 128  # characters of a session's name, a key, an address


class Bad(ValueError):
    """A request that cannot be done; the message is the answer."""


def text(request: dict[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= TEXT:
        raise Bad(f"{name} must be a text of 1 to {TEXT} characters, got {str(value)[:60]!r}")
    return value


def mapping(request: dict[str, Any], name: str) -> dict[str, Any]:
    value = request.get(name)
    if not isinstance(value, dict):
        raise Bad(f"{name} must be an object, got {str(value)[:60]!r}")
    return value


def origin(value: Any) -> tuple[str, int] | None:
    match value:
        case None:
            return None
        case [str(key), int(moment)] if len(key) <= TEXT and 0 <= moment < 10_000:
            return key, moment
    raise Bad(f"start_from must be a key and a moment, got {str(value)[:60]!r}")


def address_of(request: dict[str, Any]) -> str:
    """Where the visitor asks from, as far as the app knows."""
    return str(request.get("address", ""))[:TEXT]


def cluster_of(request: dict[str, Any]) -> str:
    """The address of a Ray cluster: empty for none, "auto" for the one on this machine, else host:port."""
    value = str(request.get("cluster") or "")
    host, _, port = value.rpartition(":")
    if value in ("", "auto") or (0 < len(host) <= TEXT and port.isdigit() and 0 < int(port) < 65536):
        return value
    raise Bad(f"GLASSBOX_RAY must be auto, or an address as in 10.0.0.2:6379, got {value[:60]!r}")
