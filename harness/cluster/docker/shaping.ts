import type { Link, LinkConditions, LinkShaping, ShapedLinks } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Distribution } from "#core/distribution";
import { mustRunIn } from "./exec.ts";
import type { Pod } from "./pod.ts";
import { filterTable, remainingRules, SHAPE_CHAIN } from "./rules.ts";

/** Numbers of queues, from here on: nothing else in the node's namespace uses any. */
const FIRST_QUEUE = 100;
/** Packets that passed one shape carry a bit of their own, so that they meet the others. */
const FIRST_MARK_BIT = 16;
const MARK_BITS = 15;

/** By what conditions are put on packets. */
export type ShapedBy = "iptables statistic" | "NFQUEUE";

/** Loss alone needs no program: the packet filter throws dice itself, and counts. */
export const mechanismOf = ({ loss, ...others }: LinkConditions): ShapedBy =>
  loss !== undefined && Object.keys(others).length === 0 ? "iptables statistic" : "NFQUEUE";

/** One shape on one node, where the packets arrive. */
export interface PlacedShape {
  readonly id: number;
  readonly conditions: LinkConditions;
  /** Addresses of the senders. */
  readonly sources: readonly string[];
}

const commentOf = (id: number): string => `shape-${id}`;
const stateOf = (id: number): string => `/run/riftcheck-${commentOf(id)}`;
const queueOf = (id: number): number => FIRST_QUEUE + id;
const markOf = (id: number): string => `0x${(2 ** (FIRST_MARK_BIT + (id % MARK_BITS))).toString(16)}`;

/** Lines of `iptables-restore`. @param verb `-A` to append, `-D` to delete */
export function shapeRules({ id, conditions, sources }: PlacedShape, verb: "-A" | "-D"): string {
  const action =
    mechanismOf(conditions) === "NFQUEUE"
      ? `-m mark ! --mark ${markOf(id)}/${markOf(id)} -m comment --comment ${commentOf(id)} -j NFQUEUE --queue-num ${queueOf(id)} --queue-bypass`
      : `-m statistic --mode random --probability ${conditions.loss} -m comment --comment ${commentOf(id)} -j DROP`;
  return filterTable(sources.map((source) => `${verb} ${SHAPE_CHAIN} -s ${source}/32 ${action}`));
}

/** The arguments of `riftcheck-shape start` behind queue, mark and seed (docker/faults/shape.c). */
export function shapeSettings(conditions: LinkConditions): string[] {
  const { delay, loss, duplication, corruption, reordering, rate, hold } = conditions;
  return [
    ...(delay === undefined ? [] : ["delay", ...distributionWords(delay)]),
    ...(loss === undefined ? [] : ["loss", String(loss)]),
    ...(duplication === undefined ? [] : ["duplication", String(duplication)]),
    ...(corruption === undefined ? [] : ["corruption", String(corruption)]),
    ...(reordering === undefined
      ? []
      : ["reordering", String(reordering.probability), ...distributionWords(reordering.by)]),
    ...(rate === undefined ? [] : ["rate", String(rate.bytesPerSecond), String(rate.queue)]),
    ...(hold === true ? ["hold"] : []),
  ];
}

function distributionWords(by: Distribution): [string, string, string] {
  switch (by.kind) {
    case "constant":
      return [by.kind, String(by.value), "0"];
    case "uniform":
      return [by.kind, String(by.min), String(by.max)];
    case "exponential":
      return [by.kind, String(by.min), String(by.tail)];
    case "log-normal":
      return [by.kind, String(by.median), String(by.sigma)];
    case "pareto":
      return [by.kind, String(by.min), String(by.shape)];
    default:
      return by satisfies never;
  }
}

/** Packets dropped by the rules of one shape, of the output of `iptables -v -S`. */
export function lostPackets(listing: string, id: number): number {
  let packets = 0;
  for (const line of listing.split("\n"))
    if (line.includes(`--comment ${commentOf(id)} `))
      packets += Number(/ -c (\d+) \d+ -j DROP/.exec(line)?.[1] ?? 0);
  return packets;
}

/**
 * Conditions on the links between nodes, put on packets where they arrive: loss alone by the packet filter's own chance, all
 * else by a program in the node's holder that gets them from a queue (NFQUEUE). If it dies, packets pass.
 */
export class DockerShaping implements LinkShaping {
  readonly #pods: ReadonlyMap<string, Pod>;
  #shapes = 0;
  /** Numbers of those in force. */
  readonly #inForce = new Set<number>();

  constructor(pods: ReadonlyMap<string, Pod>) {
    this.#pods = pods;
  }

  /** Whether links are late or lossy now. */
  get inForce(): boolean {
    return this.#inForce.size > 0;
  }

  /** Tries both ways on one node. @throws HarnessError `setup-failed` with what the kernel says */
  async verify(): Promise<void> {
    const [pod] = this.#pods.values();
    if (pod === undefined) return;
    for (const conditions of [{ loss: 1 }, { hold: true }]) {
      const shape = { id: this.#shapes++, conditions, sources: ["192.0.2.1"] };
      try {
        await begin(pod, shape);
        await end(pod, shape);
      } catch (cause) {
        throw new HarnessError(
          "setup-failed",
          `links cannot be shaped here, ${mechanismOf(conditions)}: ${messageOf(cause)}`,
          { cause, hint: "riftcheck doctor; or leave the faults packet-… out" },
        );
      }
    }
  }

  async shape(links: readonly Link[], conditions: LinkConditions): Promise<ShapedLinks> {
    const id = this.#shapes++;
    const places = [...Map.groupBy(links, ({ to }) => to)].map(([to, into]) => ({
      pod: this.#pod(to),
      shape: { id, conditions, sources: [...new Set(into.map(({ from }) => this.#pod(from).address))] },
    }));
    let ended: Promise<number> | undefined;
    const lift = async (): Promise<number> => {
      ended ??= sumOf(places.map(({ pod, shape }) => healing(pod, () => end(pod, shape))));
      const count = await ended;
      this.#inForce.delete(id);
      return count;
    };
    this.#inForce.add(id);
    const begun = await Promise.allSettled(places.map(({ pod, shape }) => begin(pod, shape)));
    const failed = begun.find((result) => result.status === "rejected");
    if (failed !== undefined) {
      await lift();
      throw new HarnessError("fault-failed", `shaping links: ${messageOf(failed.reason)}`);
    }
    return {
      by: mechanismOf(conditions),
      affected: () => ended ?? sumOf(places.map(({ pod, shape }) => affected(pod, shape))),
      lift: async () => void (await lift()),
    };
  }

  async reset(): Promise<void> {
    if (!this.inForce) return;
    await Promise.all(
      [...this.#pods.values()].map((pod) =>
        healing(pod, async () => {
          const listing = await mustRunIn(pod.holder, ["sh", "-c", RESET]);
          const rules = remainingRules(listing);
          if (rules.length > 0) throw new Error(`rules left: ${rules.join("; ")}`);
        }),
      ),
    );
    this.#inForce.clear();
  }

  #pod(node: string): Pod {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return pod;
  }
}

const RESTORE = 'printf %s "$1" | iptables-restore --wait --noflush';
const RESET = `iptables --wait -F ${SHAPE_CHAIN} && for state in /run/riftcheck-shape-*; do
  [ ! -e "$state" ] || { riftcheck-shape end "$state" >/dev/null && rm "$state"; } || exit 1
done && iptables --wait -S ${SHAPE_CHAIN}`;

async function begin(pod: Pod, shape: PlacedShape): Promise<void> {
  const { id, conditions } = shape;
  const rules = shapeRules(shape, "-A");
  if (mechanismOf(conditions) === "iptables statistic") {
    await mustRunIn(pod.holder, ["sh", "-c", RESTORE, "restore", rules]);
    return;
  }
  const script = `rules=$1; shift; riftcheck-shape start "$@" && printf %s "$rules" | iptables-restore --wait --noflush`;
  // Not the run's chance: what it hits depends on real packets all the same.
  const program = [stateOf(id), String(queueOf(id)), markOf(id), String(id), ...shapeSettings(conditions)];
  await mustRunIn(pod.holder, ["sh", "-c", script, "start", rules, ...program]);
}

async function affected(pod: Pod, { id, conditions }: PlacedShape): Promise<number> {
  if (mechanismOf(conditions) === "iptables statistic")
    return lostPackets(await mustRunIn(pod.holder, ["iptables", "--wait", "-v", "-S", SHAPE_CHAIN]), id);
  return countOf(await mustRunIn(pod.holder, ["riftcheck-shape", "count", stateOf(id)]));
}

/** Takes away the rules that are there, ends the program, confirms both. @returns packets affected in all */
async function end(pod: Pod, shape: PlacedShape): Promise<number> {
  const { id, conditions } = shape;
  const listing = await mustRunIn(pod.holder, ["iptables", "--wait", "-v", "-S", SHAPE_CHAIN]);
  if (listing.includes(`--comment ${commentOf(id)} `))
    await mustRunIn(pod.holder, ["sh", "-c", RESTORE, "restore", shapeRules(shape, "-D")]);
  if (mechanismOf(conditions) === "iptables statistic") return lostPackets(listing, id);
  const script = `[ ! -e "$1" ] || { riftcheck-shape end "$1" && rm "$1" && ! grep -q "^ *$2 " /proc/net/netfilter/nfnetlink_queue; }`;
  return countOf(await mustRunIn(pod.holder, ["sh", "-c", script, "end", stateOf(id), String(queueOf(id))]));
}

const countOf = (words: string): number => Number(/affected (\d+)/.exec(words)?.[1] ?? 0);

const sumOf = async (counts: readonly Promise<number>[]): Promise<number> =>
  (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);

async function healing<T>(pod: Pod, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new HarnessError("heal-failed", `links to ${pod.node} stay shaped: ${messageOf(cause)}`, { cause });
  }
}
