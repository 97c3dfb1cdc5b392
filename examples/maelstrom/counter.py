#!/usr/bin/env python3
"""A counter as a CRDT: every node counts for itself what was added and what was taken away, tells the others ten times a
second, and the larger count of each node is the later one. For the workloads g-counter and pn-counter."""
import json
import sys
import threading
import time

lock = threading.Lock()
me = ""
others = []
added = {}
taken = {}


def send(dest, body):
    sys.stdout.write(json.dumps({"src": me, "dest": dest, "body": body}) + "\n")
    sys.stdout.flush()


def gossip():
    while True:
        time.sleep(0.1)
        with lock:
            for other in others:
                send(other, {"type": "merge", "added": added, "taken": taken})


def merge(own, theirs):
    for node, count in theirs.items():
        own[node] = max(own.get(node, 0), count)


def handle(body):
    kind = body["type"]
    if kind == "merge":
        merge(added, body["added"])
        merge(taken, body["taken"])
        return None
    if kind == "add":
        counts = added if body["delta"] >= 0 else taken
        counts[me] = counts.get(me, 0) + abs(body["delta"])
        return {"type": "add_ok"}
    if kind == "read":
        return {"type": "read_ok", "value": sum(added.values()) - sum(taken.values())}
    return {"type": "error", "code": 10, "text": "no such request"}


for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    with lock:
        if body["type"] == "init":
            me = body["node_id"]
            others = [node for node in body["node_ids"] if node != me]
            threading.Thread(target=gossip, daemon=True).start()
            reply = {"type": "init_ok"}
        else:
            reply = handle(body)
        if reply is not None:
            send(message["src"], {**reply, "in_reply_to": body["msg_id"]})
