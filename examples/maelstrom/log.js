#!/usr/bin/env node
// Append-only logs: the first node keeps them, the others pass requests on to it. `log.js --early` has a bug: an offset is
// given out before the message is stored, so that polls skip messages that are on their way.
import { Node } from "./node.js";

const isEarly = process.argv.includes("--early");
const node = new Node();
const logs = new Map();
const committed = {};

const handlers = {
  send: ({ key, msg }) => {
    const log = logs.get(key) ?? [];
    logs.set(key, log);
    const offset = log.length;
    log.push(isEarly ? undefined : msg);
    if (isEarly) setTimeout(() => (log[offset] = msg), 100 * Math.random());
    return { type: "send_ok", offset };
  },
  poll: ({ offsets }) => ({
    type: "poll_ok",
    msgs: Object.fromEntries(
      Object.entries(offsets).map(([key, from]) => [
        key,
        (logs.get(key) ?? [])
          .map((msg, offset) => [offset, msg])
          .slice(from, from + 50)
          .filter(([, msg]) => msg !== undefined),
      ]),
    ),
  }),
  commit_offsets: ({ offsets }) => {
    for (const [key, offset] of Object.entries(offsets))
      committed[key] = Math.max(offset, committed[key] ?? 0);
    return { type: "commit_offsets_ok" };
  },
  list_committed_offsets: ({ keys }) => ({
    type: "list_committed_offsets_ok",
    offsets: Object.fromEntries(keys.filter((key) => key in committed).map((key) => [key, committed[key]])),
  }),
};

const keeper = () => [node.id, ...node.peers].sort()[0];

for (const [type, handle] of Object.entries(handlers)) {
  node.on(type, (message) => {
    if (keeper() === node.id) return handle(message.body);
    const { msg_id: asked, ...body } = message.body;
    node.ask(keeper(), body).then(
      (reply) => node.send(message.src, { ...reply, in_reply_to: asked }),
      (error) => process.stderr.write(`${error.message}\n`),
    );
    return undefined;
  });
}
node.run();
