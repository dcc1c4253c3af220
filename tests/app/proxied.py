"""Debian's nginx with the README's own configuration, before servers of this machine, for as long as a test.

It is looked for on the path; else Debian's is installed by apt when root; else an AssertionError says so.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import ROOT, until

NAME = "glass.example.org"
CONF = ROOT / "assets" / "nginx.conf"
OWN = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Served-By $upstream_addr always;
    include {folder}/glassbox;
}}
"""


def installed(program: str, package: str) -> str:
    """The path of a program, which is installed if need be. Raises AssertionError where it cannot be."""
    if not shutil.which(program) and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], capture_output=True, timeout=300)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", package]
        subprocess.run(install, capture_output=True, timeout=600, env=quiet)
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"{program} is missing: install Debian's `{package}`, or run the tests as root"
    return found


def written(text: str, port: int, plain: int, folder: Path, ports: Sequence[int]) -> str:
    """The README's configuration for these ports, and a certificate of the test's own."""
    server = "    server 127.0.0.1:8501;"
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "/etc/ssl/glass.example.org.pem": f"{folder}/cert.pem",
        "/etc/ssl/private/glass.example.org.key": f"{folder}/key.pem",
        server: "\n".join(f"    server 127.0.0.1:{one};" for one in ports),
        # a header of a block takes the place of those around it
        "add_header Strict": "add_header X-Served-By $upstream_addr always;\n    add_header Strict",
    }
    for old, new in changes.items():
        assert old in text, f"{CONF.name} has no {old!r} any more"
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(port: int, plain: int, ports: Sequence[int]) -> Iterator[None]:
    """It answers at this port, by TLS, for the servers at those."""
    program, openssl = installed("nginx", "nginx-light"), installed("openssl", "openssl")
    folder = Path(tempfile.mkdtemp(prefix="gb-nginx-"))
    folder.chmod(0o755)
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*made, *files], check=True, capture_output=True, timeout=60)
    (folder / "glassbox").write_text(written(CONF.read_text("utf-8"), port, plain, folder, ports))
    (folder / "nginx.conf").write_text(OWN.format(folder=folder))
    command = [program, "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"]
    process = subprocess.Popen(command)
    try:
        until(lambda: (folder / "pid").exists() or process.poll() is not None, "nginx")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
