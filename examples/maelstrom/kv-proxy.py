#!/usr/bin/env python3
"""Registers kept by a service: lin-kv, or the one named on the command line. With seq-kv reads are stale."""
import json
import sys

service = sys.argv[1] if len(sys.argv) > 1 else "lin-kv"
me = ""
last_id = 0
asked = {}


def send(dest, body):
    sys.stdout.write(json.dumps({"src": me, "dest": dest, "body": body}) + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    if body["type"] == "init":
        me = body["node_id"]
        send(message["src"], {"type": "init_ok", "in_reply_to": body["msg_id"]})
    elif "in_reply_to" in body:
        client, msg_id = asked.pop(body["in_reply_to"])
        send(client, {**body, "in_reply_to": msg_id})
    else:
        last_id += 1
        asked[last_id] = (message["src"], body["msg_id"])
        send(service, {**body, "msg_id": last_id})
