"""A key-value server over HTTP: GET and PUT /kv/KEY with JSON values. The primary takes the writes, writes each to its log
before it answers, and copies the log to the other nodes in the background; every node answers reads with what it has."""
import http.client
import json
import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

IS_PRIMARY = os.environ["NODE"] == os.environ["PRIMARY"]
PEERS = [peer for peer in os.environ["PEERS"].split(",") if peer != os.environ["NODE"]]
FILE = "/data/log"

log, data, changed = [], {}, threading.Condition()


def append(entries):
    with open(FILE, "a") as file:
        file.write("".join(json.dumps(entry) + "\n" for entry in entries))
    take(entries)


def take(entries):
    for key, value in entries:
        log.append([key, value])
        data[key] = value
    changed.notify_all()


def copy_to(peer):
    """Sends what the peer lacks, again and again: its answer is how much of the log it has."""
    has = 0
    asked = False
    while True:
        with changed:
            changed.wait_for(lambda: len(log) > has or not asked)
            entries = log[has : has + 1000] if asked else []
        body = json.dumps(entries).encode()
        request = urllib.request.Request(f"http://{peer}:8080/log/{has}", body, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=1) as reply:
                has, asked = json.load(reply), True
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        with changed:
            value = data.get(self.path)
        self.answer(200 if value is not None else 404, value)

    def do_PUT(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with changed:
            if self.path.startswith("/log/"):
                start = int(self.path[5:])
                if start <= len(log):
                    append(sent[len(log) - start :])
                self.answer(200, len(log))
            elif not IS_PRIMARY:
                self.answer(403, "not the primary")
            else:
                append([[self.path, sent]])
                self.answer(200, None)

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


os.makedirs("/data", exist_ok=True)
if os.path.exists(FILE):
    with changed, open(FILE) as file:
        # The last line may be torn: its write was never answered.
        lines = file.read().split("\n")
        take([json.loads(line) for line in lines[:-1]])
    os.truncate(FILE, sum(len(line) + 1 for line in lines[:-1]))
for peer in PEERS if IS_PRIMARY else []:
    threading.Thread(target=copy_to, args=(peer,), daemon=True).start()
print("listening", flush=True)
ThreadingHTTPServer(("", 8080), Handler).serve_forever()
