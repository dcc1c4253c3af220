"""A server that speaks as much of OpenML's API as scikit-learn's loader asks for, with generated pictures."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

PIXELS = 784


def arff(n: int, seed: int = 0) -> bytes:
    """n pictures of 28 x 28 and their classes, as OpenML's files have them."""
    x = np.random.default_rng(seed).integers(0, 256, (n, PIXELS))
    head = ["@RELATION made"] + [f"@ATTRIBUTE pixel{i} NUMERIC" for i in range(1, PIXELS + 1)]
    head += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
    rows = [",".join(map(str, row)) + f",{i % 10}" for i, row in enumerate(x)]
    return "\n".join([*head, *rows, ""]).encode()


def answers(address: str, data: bytes, n: int) -> dict[str, dict]:
    """What each path of the API says, by what the path contains; the first that fits."""
    features = [(f"pixel{i}", "numeric", "false") for i in range(1, PIXELS + 1)] + [
        ("class", "nominal", "true")
    ]
    described = [
        {"index": str(i), "name": name, "data_type": kind, "is_target": target,
         "is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
        for i, (name, kind, target) in enumerate(features)
    ]  # fmt: skip
    about = {
        "id": "1", "name": "made", "version": "1", "format": "ARFF", "status": "active",
        "description": "made",
        "url": f"{address}/data/v1/download/1/made.arff", "file_id": "1",
        "md5_checksum": hashlib.md5(data).hexdigest(),
    }  # fmt: skip
    return {
        "/data/list/": {"data": {"dataset": [{"did": 1, "name": "made", "version": 1}]}},
        "/data/features/": {"data_features": {"feature": described}},
        "/data/qualities/": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(n)}]}},
        "/json/data/1": {"data_set_description": about},
    }


@contextmanager
def serving(n: int = 40, spoiled: bool = False) -> Iterator[str]:
    """Its address, on 127.0.0.1 only. spoiled: the file is another one than its checksum says."""
    data = arff(n)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = f"http://127.0.0.1:{self.server.server_address[1]}"
            if "/download/" in self.path:
                self.say(gzip.compress(arff(n, 1) if spoiled else data))
                return
            said = answers(address, data, n)
            found = next((answer for part, answer in said.items() if part in self.path), None)
            if found is None:
                self.send_error(404)
            else:
                self.say(gzip.compress(json.dumps(found).encode()))

        def say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
