import { createServer, type Socket } from "node:net";
import type { Json } from "#core/json";
import { onJsonLines, writeJsonLine } from "./json-lines.ts";
import { type Listening, listen } from "./listen.ts";

/** Carries one request out; calls back once, now or later. */
type Serve = (request: Json, reply: (response: Json) => void) => void;

/** Serves clients: each connection's requests one by one, in order, as the simulated one does. */
export function serveClients(port: number, serve: Serve, host?: string): Promise<Listening> {
  return listen(
    createServer({ noDelay: true }, (socket) => serveOne(socket, serve)),
    port,
    host,
  );
}

function serveOne(socket: Socket, serve: Serve): void {
  const inbox: Json[] = [];
  let busy = false;
  const serveNext = (): void => {
    const request = busy ? undefined : inbox.shift();
    if (request === undefined) return;
    busy = true;
    let replied = false;
    serve(request, (response) => {
      if (replied) throw new Error("it replied twice to one request");
      replied = true;
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
}
