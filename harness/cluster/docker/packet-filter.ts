import type { Link } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import { mustRunIn, runIn } from "./exec.ts";
import type { Pod } from "./pod.ts";
import { CHAIN, dropRules, droppedPackets, liftRules, remainingRules } from "./rules.ts";

/** Between nodes on one machine an echo takes microseconds; a second without one is a cut link. */
const PING = ["ping", "-n", "-q", "-c", "1", "-W", "1"];

/** Emptying the chains takes 0.1 s; a machine under load may need a few attempts more. */
const HEAL_MAX = 15 * SECOND;
const HEAL_RETRY = 200 * MILLISECOND;

/** The rules that cut links between the nodes of one cluster. They live in the holders: the store's state is no matter. */
export class PacketFilter {
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #runtime: Runtime;
  /** Links cut now, as `from>to`, and how many times each. */
  readonly #blocked = new Map<string, number>();

  constructor(pods: ReadonlyMap<string, Pod>, runtime: Runtime) {
    this.#pods = pods;
    this.#runtime = runtime;
  }

  /** Drops the packets of these links where they arrive: one command per receiving node. */
  async block(links: readonly Link[]): Promise<void> {
    const fresh = links.filter((link) => !this.#blocked.has(nameOf(link)));
    await this.#restore(fresh, "fault-failed", dropRules);
    for (const link of links) this.#blocked.set(nameOf(link), (this.#blocked.get(nameOf(link)) ?? 0) + 1);
  }

  /** Takes one block of each link away; once none is left, confirmed as by `unblockAll`. @throws HarnessError `heal-failed` */
  async unblock(links: readonly Link[]): Promise<void> {
    const last = links.filter((link) => this.#blocked.get(nameOf(link)) === 1);
    if (last.length === this.#blocked.size) {
      await this.unblockAll();
      return;
    }
    await this.#restore(last, "heal-failed", liftRules);
    for (const link of links) this.#countDown(nameOf(link));
  }

  /**
   * Empties the chain on every node and confirms that no rule is left and that all nodes reach one another again.
   * @throws HarnessError `heal-failed`
   */
  async unblockAll(): Promise<void> {
    const end = this.#runtime.now() + HEAL_MAX;
    for (;;) {
      const left = await this.#tryUnblock();
      if (left === undefined) break;
      if (this.#runtime.now() > end)
        throw new HarnessError("heal-failed", `the network does not heal: ${left}`, {
          hint: "riftcheck clean removes the cluster",
        });
      await this.#runtime.sleep(HEAL_RETRY);
    }
    this.#blocked.clear();
  }

  /** Packets dropped by the rules in force: those of these links, or all. */
  async dropped(links?: readonly Link[]): Promise<number> {
    const cut = [...this.#blocked.keys()].map(linkOf);
    const asked = links === undefined ? cut : cut.filter((link) => links.some((one) => isSame(one, link)));
    const counts = await Promise.all(
      [...Map.groupBy(asked, ({ to }) => to)].map(async ([node, into]) => {
        const listing = await this.#command(node, "fault-failed", ["iptables", "--wait", "-nvxL", CHAIN]);
        return droppedPackets(listing, new Set(into.map(({ from }) => this.#pod(from).address)));
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Whether an echo request from one node's namespace to the other's address is answered. */
  async reachable(from: string, to: string): Promise<boolean> {
    const { code } = await runIn(this.#pod(from).holder, [...PING, this.#pod(to).address]);
    return code === 0;
  }

  /** What still stands in the way, in words; `undefined`: nothing. */
  async #tryUnblock(): Promise<string | undefined> {
    try {
      const listings = await Promise.all(
        [...this.#pods.values()].map((pod) =>
          mustRunIn(pod.holder, ["sh", "-c", `iptables --wait -F ${CHAIN} && iptables --wait -S ${CHAIN}`]),
        ),
      );
      const rules = listings.flatMap(remainingRules);
      if (rules.length > 0) return `rules left: ${rules.join("; ")}`;
      return await this.#unreachablePeers();
    } catch (error) {
      return messageOf(error);
    }
  }

  /** One command per node pings all nodes after it at once: an echo and its answer test both directions. */
  async #unreachablePeers(): Promise<string | undefined> {
    const pods = [...this.#pods.values()];
    const silent = await Promise.all(
      pods.slice(0, -1).map(async (pod, i) => {
        const peers = pods.slice(i + 1).map(({ address }) => address);
        const script = `for peer in "$@"; do { ${PING.join(" ")} "$peer" >/dev/null || echo "$peer"; } & done; wait`;
        const addresses = await mustRunIn(pod.holder, ["sh", "-c", script, "ping", ...peers]);
        return addresses
          .split("\n")
          .filter((line) => line !== "")
          .map((address) => `${pod.address} and ${address}`);
      }),
    );
    const pairs = silent.flat();
    return pairs.length === 0 ? undefined : `no echo between ${pairs.join(", ")}`;
  }

  #countDown(link: string): void {
    const count = this.#blocked.get(link) ?? 0;
    if (count > 1) this.#blocked.set(link, count - 1);
    else this.#blocked.delete(link);
  }

  /** Hands every receiving node the rules for its links, all at once. */
  async #restore(
    links: readonly Link[],
    code: "fault-failed" | "heal-failed",
    rulesFor: (sources: readonly string[]) => string,
  ): Promise<void> {
    await Promise.all(
      [...Map.groupBy(links, ({ to }) => to)].map(([to, into]) => {
        const rules = rulesFor([...new Set(into.map(({ from }) => this.#pod(from).address))]);
        const script = 'printf %s "$1" | iptables-restore --wait --noflush';
        return this.#command(to, code, ["sh", "-c", script, "restore", rules]);
      }),
    );
  }

  async #command(
    node: string,
    code: "fault-failed" | "heal-failed",
    command: readonly string[],
  ): Promise<string> {
    try {
      return await mustRunIn(this.#pod(node).holder, command);
    } catch (cause) {
      throw new HarnessError(code, `packet filter of ${node}: ${messageOf(cause)}`, { cause });
    }
  }

  #pod(node: string): Pod {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return pod;
  }
}

const nameOf = ({ from, to }: Link): string => `${from}>${to}`;

function linkOf(name: string): Link {
  const [from = "", to = ""] = name.split(">");
  return { from, to };
}

const isSame = (a: Link, b: Link): boolean => a.from === b.from && a.to === b.to;
