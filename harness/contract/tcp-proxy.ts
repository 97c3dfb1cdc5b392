import { createServer, connect, type Server, type Socket } from "node:net";
import type { Endpoint } from "#core/runtime";

/**
 * What a proxy does with connections. `pass`: everything through. `refuse`: none is accepted. `mute`: requests reach the
 * node, replies do not come back. `stall`: connections are accepted, and nothing goes either way.
 */
export type ProxyMode = "pass" | "refuse" | "mute" | "stall";

/** Stands between clients and the nodes of a cluster, so that a check can cut them off where it wants. */
export class Proxies implements AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  readonly #proxies: readonly NodeProxy[];

  private constructor(proxies: readonly NodeProxy[]) {
    this.#proxies = proxies;
    this.endpoints = proxies.map(({ endpoint }) => endpoint);
  }

  static async start(endpoints: readonly Endpoint[]): Promise<Proxies> {
    return new Proxies(await Promise.all(endpoints.map((endpoint, i) => NodeProxy.start(endpoint, i))));
  }

  async set(mode: ProxyMode): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.set(mode)));
  }

  /** Breaks every connection. */
  cut(): void {
    for (const proxy of this.#proxies) proxy.cut();
  }

  get connections(): number {
    return this.#proxies.reduce((sum, { connections }) => sum + connections, 0);
  }

  /** Bytes that clients sent to this node, or to all, so far. */
  sent(node?: string): number {
    return this.#proxies
      .filter(({ endpoint }) => node === undefined || endpoint.node === node)
      .reduce((sum, { sent }) => sum + sent, 0);
  }

  /** Bytes of replies that were kept back, so far. */
  get muted(): number {
    return this.#proxies.reduce((sum, { muted }) => sum + muted, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.set("refuse");
  }
}

/** One listener for each port of a node, on an address of the node's own: clients tell nodes apart by their addresses. */
class NodeProxy {
  readonly endpoint: Endpoint;
  sent = 0;
  muted = 0;
  readonly #target: Endpoint;
  readonly #sockets = new Set<Socket>();
  #mode: ProxyMode = "pass";
  #servers: readonly Server[] = [];

  private constructor(target: Endpoint, endpoint: Endpoint) {
    this.#target = target;
    this.endpoint = endpoint;
  }

  static async start(target: Endpoint, index: number): Promise<NodeProxy> {
    const host = await usableHost(index);
    const purposes = Object.keys(target.ports);
    const reserved = await Promise.all(purposes.map(() => listen(createServer(), host, 0)));
    const ports = Object.fromEntries(purposes.map((purpose, i) => [purpose, portOf(reserved[i] as Server)]));
    await Promise.all(reserved.map(stop));
    const proxy = new NodeProxy(target, { node: target.node, host, ports });
    await proxy.#open();
    return proxy;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async set(mode: ProxyMode): Promise<void> {
    this.#mode = mode;
    if (mode === "refuse") {
      const servers = this.#servers;
      this.#servers = [];
      const stopped = servers.map(stop);
      this.cut();
      await Promise.all(stopped);
    } else if (this.#servers.length === 0) await this.#open();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async #open(): Promise<void> {
    const { host, ports } = this.endpoint;
    this.#servers = await Promise.all(
      Object.entries(ports).map(([purpose, port]) =>
        listen(
          createServer({ noDelay: true }, (socket) => this.#accept(socket, this.#target.ports[purpose] ?? 0)),
          host,
          port,
        ),
      ),
    );
  }

  #accept(client: Socket, port: number): void {
    const node = connect({ host: this.#target.host, port, noDelay: true });
    this.#sockets.add(client);
    const end = (): void => {
      this.#sockets.delete(client);
      client.destroy();
      node.destroy();
    };
    for (const socket of [client, node]) socket.on("close", end).on("error", end);
    client.on("data", (bytes) => {
      if (this.#mode === "stall") return;
      this.sent += bytes.length;
      node.write(bytes);
    });
    node.on("data", (bytes) => {
      if (this.#mode === "pass") client.write(bytes);
      else this.muted += bytes.length;
    });
  }
}

/** Linux has all of 127/8; elsewhere often only the one address. */
async function usableHost(index: number): Promise<string> {
  const host = `127.64.0.${11 + index}`;
  try {
    await stop(await listen(createServer(), host, 0));
    return host;
  } catch {
    return "127.0.0.1";
  }
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const listen = (server: Server, host: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => resolve(server));
  });

const stop = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
