// What the JavaScript nodes share: messages in and out, requests and replies.
import { createInterface } from "node:readline";

export class Node {
  id = "";
  peers = [];
  #handlers = new Map();
  #waiting = new Map();
  #lastId = 0;

  /** `handler(message)` returns the reply's body, or nothing. */
  on(type, handler) {
    this.#handlers.set(type, handler);
  }

  send(dest, body) {
    process.stdout.write(`${JSON.stringify({ src: this.id, dest, body })}\n`);
  }

  /** Resolves with the reply's body, rejects after `timeout` milliseconds. */
  ask(dest, body, timeout = 1000) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${dest} does not answer`));
      }, timeout);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      this.send(dest, { ...body, msg_id: id });
    });
  }

  run() {
    createInterface({ input: process.stdin }).on("line", (line) => {
      const message = JSON.parse(line);
      const { in_reply_to: answered, type } = message.body;
      if (answered === undefined) this.#handle(message, type);
      else {
        this.#waiting.get(answered)?.(message.body);
        this.#waiting.delete(answered);
      }
    });
  }

  #handle(message, type) {
    if (type === "init") {
      this.id = message.body.node_id;
      this.peers = message.body.node_ids.filter((node) => node !== this.id);
    }
    const reply = this.#handlers.get(type)?.(message) ?? (type === "init" ? { type: "init_ok" } : undefined);
    if (reply !== undefined && message.body.msg_id !== undefined) {
      this.send(message.src, { ...reply, in_reply_to: message.body.msg_id });
    }
  }
}
