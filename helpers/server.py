"""The lab over HTTP, for the AWS CLI, NoSQL Workbench, dynamodb-admin and other languages."""

import gzip
import io
import json
import re
import signal
import socket
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from helpers.engines import guard, moto

MAX_BODY = 16 * 1024 * 1024  # as it is sent; DG ServiceQuotas, BatchWriteItem
MAX_READ = 4 * MAX_BODY  # so much is read and thrown away, so that a client hears why it is refused


class Server:
    """A server that runs until `stop()`. Every request is answered from the tables of the lab's process."""

    def __init__(self, host: str, port: int):
        try:
            self._http = _Http((host, port), _Handler)
        except OSError as error:
            raise guard.LabError(
                f"The lab cannot listen on {host}:{port}: {error.strerror or error}. Try another port, or 0."
            ) from error
        self.url = f"http://{host}:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"The lab answers at {self.url} (moto in this process). Stop it with .stop() or Ctrl-C."

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and close the connections that are open. A second call does nothing."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def wait(self) -> None:
        """Say so and serve, until Ctrl-C or a termination signal; then stop."""
        asked = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: asked.set())
        print(self, flush=True)  # not before: whoever reads it may ask to stop at once
        while not asked.wait(0.5):  # a plain wait() would hold Ctrl-C back on Windows
            pass
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *args):
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request, client_address):
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self):
        super().server_close()
        for connection in list(self._open):  # clients keep connections open; end them, do not wait for them
            connection.close()

    def handle_error(self, request, client_address):
        pass  # a client that hangs up in the middle is no event


def _inflated(body: bytes) -> bytes | None:
    """What was compressed with gzip; None where it was not, or is too much."""
    try:
        inflated = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_READ + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return inflated if 0 < len(inflated) <= MAX_READ else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for head and body
    timeout = 120
    server_version = "DynamoDBLab"

    def do_POST(self):
        body = self._body()
        if body is None:
            return
        if (coding := self.headers.get("Content-Encoding", "identity")) != "identity":
            body = _inflated(body) if coding == "gzip" else None
            if body is None:
                self._refuse(
                    "InternalServerError", "The request's Content-Encoding cannot be undone.", status=500
                )
                return
        credential = re.search(r"Credential=[^/]*/\d+/([^/]+)/", self.headers.get("Authorization", ""))
        region = credential[1] if credential else guard.REGION
        try:
            answer = moto.respond(self.headers.get("X-Amz-Target", ""), body, region)
        except Exception as error:  # one request that trips the lab must not silence it for the others
            self._refuse("InternalServerError", f"The lab failed: {error!r}", status=500)
        else:
            self._send(*answer)

    def do_GET(self):
        text = f"healthy: dynamodb.{guard.REGION}.amazonaws.com "
        self._send(200, {"Content-Type": "text/plain"}, text.encode())

    def do_OPTIONS(self):
        self._send(200, {}, b"")

    def _body(self) -> bytes | None:
        """The body, or None after an answer that says why it cannot be read."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        if not length.isdecimal():
            self.close_connection = True
            self._refuse("SerializationException", "The request has no usable Content-Length.")
            return None
        if int(length) > MAX_READ:
            return self._too_large()
        body = self.rfile.read(int(length))
        return body if len(body) <= MAX_BODY else self._too_large()

    def _too_large(self) -> None:
        self.close_connection = True
        self._refuse("RequestEntityTooLargeException", "A request has at most 16 MB.", status=413)

    def _chunks(self) -> bytes | None:
        parts, size = [], 0
        try:
            while count := int(self.rfile.readline(20).split(b";")[0], 16):
                if count < 0:
                    raise ValueError
                size += count
                if size > MAX_READ:
                    return self._too_large()
                parts.append(self.rfile.read(count))
                self.rfile.readline(4)
            self.rfile.readline(4)
        except ValueError:
            self.close_connection = True
            self._refuse("SerializationException", "The request's chunks cannot be read.")
            return None
        return b"".join(parts) if size <= MAX_BODY else self._too_large()

    def _refuse(self, kind: str, message: str, status: int = 400) -> None:
        body = {"__type": f"com.amazon.coral.service#{kind}", "message": message}
        self._send(status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "date", "server", "connection"):
                self.send_header(name, value)
        if origin := self.headers.get("Origin"):
            self._allow_browser(origin)
        if self.close_connection:  # or a client sends its next request into it
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _allow_browser(self, origin: str) -> None:
        """Pages of this machine may call the lab; a page of the web may not."""
        if urlsplit(origin).hostname in ("localhost", "127.0.0.1", "::1"):
            self.send_header("Access-Control-Allow-Origin", origin)
            # Named one by one: a browser does not take * for Authorization.
            asked = self.headers.get("Access-Control-Request-Headers", "*")
            self.send_header("Access-Control-Allow-Headers", asked)
            self.send_header("Access-Control-Expose-Headers", "*")

    def log_message(self, *_):
        pass
