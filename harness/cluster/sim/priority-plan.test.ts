import { expect, test } from "vitest";
import { Random } from "#core/random";
import type { SimPlan } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
import { startSimCluster } from "./cluster.ts";
import { withPriorities } from "./priority-plan.ts";
import { runVirtual } from "./run-virtual.ts";
import { SimRuntime } from "./runtime.ts";

const NODES = ["n1", "n2", "n3"];
const MESSAGES = 40;

/** Every node sends numbered messages to every other; returns what arrived, in order, as `from>to number`. */
async function arrivals(seed: string, spread: number, changes: number): Promise<string[]> {
  const arrived: string[] = [];
  const plan: SimPlan = {
    network: { ordered: true },
    createNode: ({ node, peers, send, after }) => {
      for (let i = 0; i < MESSAGES; i++) after(i * MILLISECOND, () => peers.forEach((peer) => send(peer, i)));
      return {
        onMessage: (from, message) => void arrived.push(`${from}>${node} ${String(message)}`),
        onRequest: (_request, reply) => reply(null),
      };
    },
  };
  const runtime = new SimRuntime(new Random(seed));
  const random = new Random(seed).fork("priorities");
  const slowed = withPriorities(plan, { nodes: NODES, random, changes, deliveries: 100, spread });
  await using _cluster = await startSimCluster({
    runtime,
    plan: slowed,
    nodes: NODES,
    random: new Random(seed).fork("cluster"),
  });
  await runVirtual(runtime, () => runtime.sleep(5 * SECOND));
  return arrived;
}

const byLink = (arrived: readonly string[]): Map<string, number[]> => {
  const links = new Map<string, number[]>();
  for (const [link = "", number] of arrived.map((one) => one.split(" ")))
    links.set(link, [...(links.get(link) ?? []), Number(number)]);
  return links;
};

test("every message arrives, those of one link in their order, whatever the priorities", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const links = byLink(await arrivals(String(seed), 300 * MILLISECOND, 5));
    expect(links.size).toBe(6);
    for (const numbers of links.values())
      expect(numbers).toEqual(Array.from({ length: MESSAGES }, (_, i) => i));
  }
});

test("a link of low priority is heard after those of high priority have said everything", async () => {
  const arrived = await arrivals("1", SECOND, 0);
  const places = [...byLink(arrived).keys()].map((link) => {
    const at = arrived.flatMap((one, i) => (one.startsWith(`${link} `) ? [i] : []));
    return { first: at[0]!, last: at.at(-1)! };
  });
  const byPriority = places.toSorted((a, b) => a.first - b.first);
  for (let i = 1; i < byPriority.length; i++)
    expect(byPriority[i]!.first).toBeGreaterThan(byPriority[i - 1]!.last);
});

test("the seed decides the order", async () => {
  const first = await arrivals("1", SECOND, 3);
  expect(await arrivals("1", SECOND, 3)).toEqual(first);
  expect(await arrivals("2", SECOND, 3)).not.toEqual(first);
});
