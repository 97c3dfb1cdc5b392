import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";

/** Any port: connecting a datagram socket sends nothing, it only asks the routing table. */
const PORT = 9;

/** The local address that packets to `address` would carry; `undefined`: there is no route. */
export function sourceTowards(address: string): Promise<string | undefined> {
  const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
  return new Promise((resolve) => {
    const end = (source: string | undefined): void => {
      socket.close();
      resolve(source);
    };
    socket.once("error", () => end(undefined));
    socket.connect(PORT, address, () => end(socket.address().address));
  });
}
