import { CLIENTS, type ConnectionControl } from "#core/cluster";
import { HarnessError } from "#core/errors";
import { runIn } from "./exec.ts";
import type { Pod } from "./pod.ts";

/** Breaks TCP connections in a node's network namespace: both ends are told by a reset. */
export class DockerConnections implements ConnectionControl {
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #clients: string;

  /** @param clients IPv4 address that clients' packets come from */
  constructor(pods: ReadonlyMap<string, Pod>, clients: string) {
    this.#pods = pods;
    this.#clients = clients;
  }

  /** @throws HarnessError `fault-failed` if the kernel cannot (it was built without CONFIG_INET_DIAG_DESTROY) */
  async reset(node: string, peers: readonly string[]): Promise<number> {
    const addresses = peers.map((peer) => (peer === CLIENTS ? this.#clients : this.#pod(peer).address));
    if (addresses.length === 0) return 0;
    const filter = addresses.flatMap((address, i) => [...(i === 0 ? [] : ["or"]), "dst", address]);
    // It lists what it broke; what it could not break it leaves out, and says so.
    const { stdout, stderr } = await runIn(this.#pod(node).holder, [
      ...["ss", "--kill", "--no-header", "--numeric", "--tcp", "state", "connected"],
      ...["(", ...filter, ")"],
    ]);
    if (/not supported/i.test(stderr))
      throw new HarnessError(
        "fault-failed",
        `connections of ${node} cannot be broken: the kernel was built without CONFIG_INET_DIAG_DESTROY`,
      );
    return stdout.split("\n").filter((line) => line.trim() !== "").length;
  }

  #pod(node: string): Pod {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return pod;
  }
}
