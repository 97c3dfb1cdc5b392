import type { AddressInfo, Server, Socket } from "node:net";

/** A server that takes connections. Disposing ends it and every connection. */
export interface Listening extends Disposable {
  readonly port: number;
}

/** Resolves once the server takes connections. @param port 0: any that is free @throws Error if the port is taken */
export function listen(server: Server, port: number, host = "0.0.0.0"): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        [Symbol.dispose]: () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}
