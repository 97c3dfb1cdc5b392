import type { Socket } from "node:net";
import type { Json } from "#core/json";

/** A line longer than this is no message of ours. */
const LINE_MAX = 256 << 20;

/** Calls back for each line of a socket. What is not JSON ends the connection. */
export function onJsonLines(socket: Socket, receive: (message: Json) => void): void {
  let buffered: string[] = [];
  let length = 0;
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    let rest = chunk;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const line = buffered.join("") + rest.slice(0, end);
      buffered = [];
      length = 0;
      rest = rest.slice(end + 1);
      let message: Json;
      try {
        message = JSON.parse(line) as Json;
      } catch {
        socket.destroy();
        return;
      }
      receive(message);
    }
    if (rest === "") return;
    buffered.push(rest);
    length += rest.length;
    if (length > LINE_MAX) socket.destroy();
  });
}

export const writeJsonLine = (socket: Socket, message: Json): boolean =>
  socket.write(`${JSON.stringify(message)}\n`);
