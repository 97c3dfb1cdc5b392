import { describe, expect, test } from "vitest";
import type { History } from "#core/history";
import type { TimedFaultEvent } from "#core/operation";
import type { LagStats } from "#core/run";
import { NodeLags } from "./node-lags.ts";
import { operations } from "./testing/notation.ts";
import { headerOf, historyFrom, TICK } from "./testing/operations.ts";

/** Times in ticks. */
function lagsOf(
  text: string,
  behind: readonly number[],
  faults: readonly (readonly [number, number])[] = [],
) {
  const history = historyFrom(operations(text), headerOf({}, ["n1", "n2"]));
  const events = faults.flatMap(([from, to], id): Partial<TimedFaultEvent>[] => [
    { id, phase: "start", time: from * TICK },
    { id, phase: "started", time: from * TICK },
    { id, phase: "healing", time: to * TICK },
    { id, phase: "healed", time: to * TICK },
  ]);
  events.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  const lags = new NodeLags(Object.assign(Object.create(history), { faults: events }) as History);
  for (const [row, ticks] of behind.entries()) lags.add(row, ticks * TICK);
  return lags.result();
}

const inTicks = ({ nodes, healings }: LagStats) => ({
  worst: Object.fromEntries(
    Object.entries(nodes).map(([name, { worst }]) => [
      name,
      worst.filter((ns) => ns !== null).map((ns) => ns / TICK),
    ]),
  ),
  healings: healings.map(({ fault, at, until, nodes: each }) => ({
    fault,
    from: at / TICK,
    until: until / TICK,
    nodes: Object.fromEntries(
      Object.entries(each).map(([name, { stale, lower, upper }]) => [
        name,
        [stale, lower / TICK, upper === null ? null : upper / TICK],
      ]),
    ),
  })),
});

test("a fault that found nobody to hit is healed by nobody", () => {
  const history = historyFrom(operations("R1[1,2]@n1 R1[7,8]@n1"), headerOf({}, ["n1", "n2"]));
  const nobody = { nodes: [], error: "kill-leader: no leader is known" };
  const faults = [
    { id: 1, phase: "start", time: 3 * TICK, nodes: [] },
    { id: 1, phase: "healed", time: 4 * TICK, ...nobody },
  ];
  const lags = new NodeLags(Object.assign(Object.create(history), { faults }) as History);
  for (const row of [0, 1]) lags.add(row, 0);
  expect(lags.result().healings).toEqual([]);
});

describe("how far behind nodes were", () => {
  test("each node has its own reads, stale ones their quantiles, buckets their worst", () => {
    const stats = lagsOf("R1[1,2]@n1 R1[3,4]@n2 R1[5,6]@n1 R1[7,8]@n1", [0, 0, 4, 2]);
    expect(inTicks(stats).worst).toEqual({ n1: [0, 4, 2], n2: [0] });
    expect(stats.nodes["n1"]).toMatchObject({ reads: 3, stale: 2, behind: { p50: 2 * TICK, max: 4 * TICK } });
    expect(stats.nodes["n2"]).toMatchObject({ reads: 1, stale: 0, behind: { max: 0 } });
  });

  test("a node has caught up with what was known before the healing once a read lacks none of it", () => {
    const text = "R1[9,10]@n1 R1[11,12]@n1 R1[13,14]@n1 R1[15,16]@n2 R1[17,18]@n1";
    // Healed at 10. The second read lacks what was known at 9, the third what was known only at 12.
    const { healings } = inTicks(lagsOf(text, [3, 2, 1, 0, 0], [[5, 10]]));
    expect(healings).toEqual([{ fault: 0, from: 10, until: 17, nodes: { n1: [1, 1, 4], n2: [0, 0, 6] } }]);
  });

  test("up to the next fault only, and not while another fault is in force", () => {
    const text = "R1[1,2]@n1 R1[11,12]@n1 R1[25,26]@n1 R1[39,40]@n1";
    const faults = [
      [5, 10],
      [20, 24],
      [22, 30],
    ] as const;
    const { healings } = inTicks(lagsOf(text, [0, 2, 9, 0], faults));
    expect(healings).toEqual([
      { fault: 0, from: 10, until: 20, nodes: { n1: [1, 1, null] } },
      { fault: 2, from: 30, until: 39, nodes: { n1: [0, 0, 10] } },
    ]);
  });

  test("a healing that nobody read after says nothing of any node; final reads do not count", () => {
    const { healings, worst } = inTicks(lagsOf("R1[1,2]@n1 W1[30,31] R1[40,41]@n1*", [0], [[5, 10]]));
    expect(healings).toEqual([{ fault: 0, from: 10, until: 30, nodes: {} }]);
    expect(worst).toEqual({ n1: [0] });
  });
});
