#!/usr/bin/env python3
"""A counter with a bug: it reads the count from the service lin-kv, adds, and writes it back, while other nodes do the same."""
import json
import sys

me = ""
last_id = 0
waiting = {}


def send(dest, body):
    sys.stdout.write(json.dumps({"src": me, "dest": dest, "body": body}) + "\n")
    sys.stdout.flush()


def ask(body, then):
    global last_id
    last_id += 1
    waiting[last_id] = then
    send("lin-kv", {**body, "msg_id": last_id})


def answer(message, body):
    send(message["src"], {**body, "in_reply_to": message["body"]["msg_id"]})


def add(message):
    def store(reply):
        count = reply.get("value", 0) + message["body"]["delta"]
        ask({"type": "write", "key": "count", "value": count}, lambda _: answer(message, {"type": "add_ok"}))

    ask({"type": "read", "key": "count"}, store)


def read(message):
    ask(
        {"type": "read", "key": "count"},
        lambda reply: answer(message, {"type": "read_ok", "value": reply.get("value", 0)}),
    )


for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    if "in_reply_to" in body:
        waiting.pop(body["in_reply_to"])(body)
    elif body["type"] == "init":
        me = body["node_id"]
        answer(message, {"type": "init_ok"})
    elif body["type"] == "add":
        add(message)
    elif body["type"] == "read":
        read(message)
