import { createServer } from "node:net";
import type { Json } from "#core/json";
import type { StoreNode } from "#core/store-node";
import { onJsonLines, writeJsonLine } from "./json-lines.ts";

/** Serves clients: each connection's requests one by one, in order, as the simulated one does. */
export function serveClients(port: number, node: StoreNode): void {
  createServer({ noDelay: true }, (socket) => {
    const inbox: Json[] = [];
    let busy = false;
    const serveNext = (): void => {
      const request = inbox.shift();
      if (busy || request === undefined) {
        if (request !== undefined) inbox.unshift(request);
        return;
      }
      busy = true;
      node.onRequest(request, (response) => {
        if (!socket.destroyed) writeJsonLine(socket, response);
        busy = false;
        serveNext();
      });
    };
    socket.on("error", () => socket.destroy());
    onJsonLines(socket, (request) => {
      inbox.push(request);
      serveNext();
    });
  }).listen(port, "0.0.0.0");
}
