import { CLIENTS, type Link } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import { mustRunIn, runIn } from "./exec.ts";
import type { Pod } from "./pod.ts";
import {
  CHAIN,
  type DropRule,
  dropRules,
  droppedPackets,
  liftRules,
  OUT_CHAIN,
  remainingRules,
} from "./rules.ts";

/** Between nodes on one machine an echo takes microseconds; a second without one is a cut link. */
const PING = ["ping", "-n", "-q", "-c", "1", "-W", "1"];

/** Emptying the chains takes 0.1 s; a machine under load may need a few attempts more. */
const HEAL_MAX = 15 * SECOND;
const HEAL_RETRY = 200 * MILLISECOND;

/**
 * The rules that cut links between the nodes of one cluster, and between them and clients. They live in the holders: the store's
 * state is no matter, and the machine of the clients is left alone.
 */
export class PacketFilter {
  readonly #pods: ReadonlyMap<string, Pod>;
  /** Where clients' packets come from. */
  readonly #clients: string;
  readonly #runtime: Runtime;
  readonly #shaped: () => boolean;
  /** Links cut now, as `from>to`, and how many times each. */
  readonly #blocked = new Map<string, number>();

  /**
   * @param clients IPv4 address that clients' packets come from: the network's gateway
   * @param shaped whether links are late or lossy now, so that an echo proves nothing
   */
  constructor(
    pods: ReadonlyMap<string, Pod>,
    clients: string,
    { runtime, shaped }: { readonly runtime: Runtime; readonly shaped: () => boolean },
  ) {
    this.#pods = pods;
    this.#shaped = shaped;
    this.#clients = clients;
    this.#runtime = runtime;
  }

  /** Drops the packets of these links where they arrive, or where they leave for clients: one command per node. */
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
      [...Map.groupBy(asked, placeOf)].map(async ([node, links]) => {
        const listing = await this.#command(node, "fault-failed", ["sh", "-c", LIST_COUNTED]);
        return droppedPackets(
          listing,
          links.map((link) => this.#ruleOf(link)),
        );
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Whether an echo request between the two is answered; clients are asked from the node. */
  async reachable(from: string, to: string): Promise<boolean> {
    const [asking, asked] = from === CLIENTS ? [to, from] : [from, to];
    const { code } = await runIn(this.#pod(asking).holder, [...PING, this.#addressOf(asked)]);
    return code === 0;
  }

  /** What still stands in the way, in words; `undefined`: nothing. */
  async #tryUnblock(): Promise<string | undefined> {
    try {
      const listings = await Promise.all(
        [...this.#pods.values()].map((pod) => mustRunIn(pod.holder, ["sh", "-c", EMPTY_AND_LIST])),
      );
      const rules = listings.flatMap(remainingRules);
      if (rules.length > 0) return `rules left: ${rules.join("; ")}`;
      return this.#shaped() ? undefined : await this.#unreachablePeers();
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

  /** Hands every node the rules for its links, all at once. */
  async #restore(
    links: readonly Link[],
    code: "fault-failed" | "heal-failed",
    textOf: (rules: readonly DropRule[]) => string,
  ): Promise<void> {
    const unique = new Map(links.map((link) => [nameOf(link), link]));
    await Promise.all(
      [...Map.groupBy(unique.values(), placeOf)].map(([node, here]) => {
        const rules = textOf(here.map((link) => this.#ruleOf(link)));
        const script = 'printf %s "$1" | iptables-restore --wait --noflush';
        return this.#command(node, code, ["sh", "-c", script, "restore", rules]);
      }),
    );
  }

  #ruleOf({ from, to }: Link): DropRule {
    return to === CLIENTS
      ? { chain: OUT_CHAIN, peer: this.#clients }
      : { chain: CHAIN, peer: this.#addressOf(from) };
  }

  #addressOf(end: string): string {
    return end === CLIENTS ? this.#clients : this.#pod(end).address;
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

const EMPTY_AND_LIST = [CHAIN, OUT_CHAIN]
  .map((chain) => `iptables --wait -F ${chain} && iptables --wait -S ${chain}`)
  .join(" && ");
const LIST_COUNTED = [CHAIN, OUT_CHAIN].map((chain) => `iptables --wait -v -S ${chain}`).join(" && ");

/** The node whose packet filter cuts a link. */
const placeOf = ({ from, to }: Link): string => (to === CLIENTS ? from : to);

const nameOf = ({ from, to }: Link): string => `${from}>${to}`;

function linkOf(name: string): Link {
  const [from = "", to = ""] = name.split(">");
  return { from, to };
}

const isSame = (a: Link, b: Link): boolean => a.from === b.from && a.to === b.to;
