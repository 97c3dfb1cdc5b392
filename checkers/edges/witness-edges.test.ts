import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { Anomaly, AnomalyEdge, Model } from "#core/verdict";
import { checkers } from "../registry.ts";
import { objectRuns, queuesOf } from "../testing/arbitrary-objects.ts";
import { setRuns } from "../testing/arbitrary-set.ts";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation, operationsOf } from "../testing/operations.ts";
import { type Effect, queueEffect, setEffect } from "../testing/oracles/linearizable-object.ts";
import { addElements, addFirstInFirstOut } from "./element-links.ts";
import type { Link } from "./link-graph.ts";
import { type Attempt, attemptsOf, linksOf } from "./orders.ts";
import { addTime } from "./register-links.ts";
import { edgesOf } from "./witness-edges.ts";
import { deedsOf } from "./witness-rows.ts";

type Precedes = (one: Operation, other: Operation) => boolean;

/** Whether some order keeps `precedes`, explains every answer, and has both of two operations, the second one first. */
function isReversible(
  all: readonly Operation[],
  [from, to]: readonly [Operation, Operation],
  precedes: Precedes,
  effect: Effect,
  initial: (key: string) => Json,
): boolean {
  const search = (done: readonly Operation[], states: ReadonlyMap<string, Json>): boolean => {
    const left = all.filter((operation) => !done.includes(operation));
    if (left.every((one) => one.status !== "ok" && one !== from && one !== to)) return true;
    return left.some((next) => {
      if (next === from && !done.includes(to)) return false;
      if (left.some((other) => other !== next && precedes(other, next))) return false;
      const before = states.get(next.key) ?? initial(next.key);
      return effect(next, before).some((after) =>
        search([...done, next], new Map(states).set(next.key, after)),
      );
    });
  };
  return search([], new Map());
}

const registerEffect: Effect = ({ f, value, status, expected = null, result, observed }, state) => {
  if (f === "read") return value === state ? [state] : [];
  if (f !== "cas") return [value];
  if (status === "ok" && result === false)
    return state !== expected && (observed === undefined || observed === state) ? [state] : [];
  return state === expected ? [value] : [];
};

const inTime: Precedes = (one, other) => one.ret < other.inv;
const inSession: Precedes = (one, other) => one.session === other.session && inTime(one, other);

/** Every link of an attempt on all of a history, checked against all orders. */
function falseLinks(
  history: History,
  attempt: Attempt,
  of: { precedes: Precedes; effect: Effect; initial: Json; counted?: (operation: Operation) => boolean },
): { links: readonly Link[]; wrong: string[] } {
  const { precedes, effect, initial, counted = () => true } = of;
  const all = operationsOf(history);
  const deeds = deedsOf(history, [...all.keys()]);
  const { links } = linksOf(history, deeds, attempt);
  const placed = all.filter((operation) => operation.status !== "fail" && counted(operation));
  const wrong = links
    .filter(({ from, to }) => placed.includes(all[from]!) && placed.includes(all[to]!))
    .filter(({ from, to }) => isReversible(placed, [all[from]!, all[to]!], precedes, effect, () => initial))
    .map(({ from, to, kind, reason }) => `${from} → ${to} ${kind}: ${reason}`);
  return { links, wrong };
}

/** Counts links by kind, so that a property that looked at nothing is seen. */
function counter(): { note: (links: readonly Link[]) => void; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  return {
    counts,
    note: (links) => {
      for (const { kind } of links) counts[kind] = (counts[kind] ?? 0) + 1;
    },
  };
}

const shape = { sessions: 3, keys: 2, operations: 7, lies: 15, cas: 20, deletes: 3 };

describe("every edge holds in every order that the model admits", () => {
  test.each<[Model, Precedes]>([
    ["linearizable", inTime],
    ["sequential", inSession],
  ])("%s, on registers", (model, precedes) => {
    const { note, counts } = counter();
    fc.assert(
      fc.property(registerRuns(shape), (run) => {
        const history = historyFrom(run, headerOf({}));
        const attempt = attemptsOf(model, deedsOf(history, [...run.keys()]))[0]!;
        const { links, wrong } = falseLinks(history, attempt, {
          precedes,
          effect: registerEffect,
          initial: null,
        });
        note(links);
        expect(wrong).toEqual([]);
      }),
      { numRuns: runsOf(1000) },
    );
    expect(counts["implied"]).toBeGreaterThan(10);
    expect(counts["overwritten"]).toBeGreaterThan(20);
    expect(counts["reads-from"]).toBeGreaterThan(20);
  });

  test.each<Model>(["causal-memory", "pram"])("%s, in the view of each session", (model) => {
    const { note, counts } = counter();
    fc.assert(
      fc.property(registerRuns({ ...shape, cas: 0 }), (run) => {
        const history = historyFrom(run, headerOf({}));
        const deeds = deedsOf(history, [...run.keys()]);
        const placeOf = ({ inv }: Operation): number => history.rowOf(inv);
        const sessions = [
          ...new Set(deeds.flatMap(({ source, session }) => (source >= -1 ? [session] : []))),
        ];
        attemptsOf(model, deeds).forEach((attempt, i) => {
          const own = sessions[i]!;
          const given = linksOf(history, deeds, { given: attempt.given });
          const precedes: Precedes = (one, other) => given.path(placeOf(one), placeOf(other)) !== undefined;
          const counted = ({ f, session }: Operation): boolean => f !== "read" || session === own;
          const { links, wrong } = falseLinks(history, attempt, {
            precedes,
            effect: registerEffect,
            initial: null,
            counted,
          });
          note(links);
          expect(wrong).toEqual([]);
        });
      }),
      { numRuns: runsOf(600) },
    );
    expect(counts["implied"]).toBeGreaterThan(20);
  });

  const ofElements: Attempt = { given: [addElements, addTime, addFirstInFirstOut] };

  test("on sets", () => {
    const { note, counts } = counter();
    fc.assert(
      fc.property(setRuns({ sessions: 3, keys: 1, operations: 6, lies: 20 }), (run) => {
        const history = historyFrom(
          run.filter(({ final }) => final !== true),
          headerOf({ type: "set" }),
        );
        const { links, wrong } = falseLinks(history, ofElements, {
          precedes: inTime,
          effect: setEffect,
          initial: [],
        });
        note(links);
        expect(wrong).toEqual([]);
      }),
      { numRuns: runsOf(800) },
    );
    expect(counts["missing"]).toBeGreaterThan(20);
    expect(counts["reads-from"]).toBeGreaterThan(20);
  });

  test("on queues", () => {
    const { note, counts } = counter();
    const runs = objectRuns(queuesOf(true), { sessions: 3, operations: 6, lies: 10 });
    fc.assert(
      fc.property(runs, (run) => {
        const history = historyFrom(run, headerOf({ type: "queue" }));
        const { links, wrong } = falseLinks(history, ofElements, {
          precedes: inTime,
          effect: queueEffect,
          initial: [],
        });
        note(links);
        expect(wrong).toEqual([]);
      }),
      { numRuns: runsOf(800) },
    );
    expect(counts["reads-from"]).toBeGreaterThan(20);
    expect(counts["implied"]).toBeGreaterThan(5);
  });
});

/** Whether edges go round, and each follows from earlier ones that lead to it. */
function isCircle(edges: readonly AnomalyEdge[]): boolean {
  const reach = (from: number, to: number, seen: Set<number>): boolean =>
    edges.some((edge) => {
      if (edge.from !== from || seen.has(edge.to)) return false;
      return edge.to === to || reach(edge.to, to, seen.add(edge.to));
    });
  return edges.some(({ from, to }) => from === to || reach(to, from, new Set()));
}

const SHOWN_BY_A_CIRCLE: ReadonlySet<Anomaly["type"]> = new Set<Anomaly["type"]>([
  "stale-read",
  "non-linearizable",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
  "future-read",
  "cyclic-causality",
  "causality-violation",
  "conflicting-order",
  "causal-memory-violation",
  "pram-violation",
  "not-sequential",
]);

describe("the edges of anomalies", () => {
  test.each(["unknown", "single-writer", "value"] as const)(
    "join the witness and go round in a circle, order %s",
    (order) => {
      const found = new Set<string>();
      const runs = registerRuns({
        sessions: 3,
        keys: 2,
        operations: 12,
        lies: 15,
        ...(order === "unknown" ? { cas: 10 } : {}),
        singleWriter: order === "single-writer",
      });
      fc.assert(
        fc.property(runs, (run) => {
          const history = historyFrom(run, headerOf({ order }));
          for (const checker of Object.values(checkers).filter((one) => one.applies(history))) {
            for (const anomaly of checker.check(history, UNLIMITED).anomalies) {
              const edges = edgesOf(history, anomaly);
              edges.forEach(({ from, to, because = [] }, place) => {
                expect(anomaly.witness).toContain(from);
                expect(anomaly.witness).toContain(to);
                for (const earlier of because) expect(earlier).toBeLessThan(place);
              });
              // A value that nobody wrote is no matter of order; an operation that saw its own effect needs no edge.
              const sawItself = anomaly.witness.some((index) => {
                const row = history.rowOf(index);
                return history.expectedOf(row) >= 0 && history.expectedOf(row) === history.value[row];
              });
              const isUntraced = anomaly.explanation.endsWith("never written");
              if (sawItself || isUntraced || !SHOWN_BY_A_CIRCLE.has(anomaly.type)) continue;
              found.add(anomaly.type);
              expect([anomaly.type, isCircle(edges)]).toEqual([anomaly.type, true]);
            }
          }
        }),
        { numRuns: runsOf(600) },
      );
      expect(found.size).toBeGreaterThan(6);
    },
  );

  /** Edges as `from → to kind: reason (because)`, by the places of the operations in the text. */
  function edgesIn(text: string, model: Model, header = headerOf({})): string[] {
    const history = historyFrom(operations(text), header);
    const witness = Array.from(history.invRank);
    const placeOf = (index: number): number => history.rowOf(index) + 1;
    return edgesOf(history, { type: "stale-read", model, witness, explanation: "" }).map(
      ({ from, to, kind, reason, because = [] }) =>
        `${placeOf(from)} → ${placeOf(to)} ${kind}: ${reason}${because.map((i) => ` (${i + 1})`).join("")}`,
    );
  }

  test("tell why a read is stale", () => {
    expect(edgesIn("W1[1,2]@n1 W2[3,4]@n1 | R1[6,7]@n2", "linearizable")).toMatchInlineSnapshot(`
      [
        "2 → 3 real-time: had ended 2.00 ms before the other began",
        "1 → 3 reads-from: session s1 read x = 1 from n2, which session s0 had written",
        "1 → 2 session: session s0 itself did one after the other",
        "3 → 2 overwritten: session s1 read x = 1 from n2: session s0's write of x = 2, which replaced that, had not been made yet (2) (3)",
      ]
    `);
  });

  test("tell what a session saw out of order, and how the versions are known", () => {
    const header = headerOf({ order: "value" });
    expect(edgesIn("W1[1,2] W2[3,4] | R2[5,6] R1[7,8]", "monotonic-reads", header)).toMatchInlineSnapshot(`
      [
        "2 → 3 reads-from: session s1 read x = 2, which session s0 had written",
        "3 → 4 session: session s1 itself did one after the other",
        "1 → 4 reads-from: session s1 read x = 1, which session s0 had written",
        "1 → 2 version: 2 replaced 1, for the values rise",
        "4 → 2 overwritten: session s1 read x = 1: session s0's write of x = 2, which replaced that, had not been made yet (3) (4)",
      ]
    `);
  });

  test("tell of an element what every final read shows", () => {
    const header = headerOf({ type: "set" });
    expect(edgesIn("A5[1,2] | R{}[3,4]@n1* | R{}[3,4]@n2*", "no-lost-writes", header)).toMatchInlineSnapshot(`
      [
        "1 → 2 real-time: had ended 1.00 ms before the other began",
        "2 → 1 missing: what session s1 read from n1 lacks 5: as if before session s0 added it",
        "3 → 1 missing: what session s2 read from n2 lacks 5: as if before session s0 added it",
      ]
    `);
  });

  test("tell what went into a queue first", () => {
    const header = headerOf({ type: "queue" });
    expect(edgesIn("E1[1,2] E2[3,4] | Q2[5,6] Q1[7,8]", "linearizable", header)).toMatchInlineSnapshot(`
      [
        "3 → 4 session: session s1 itself did one after the other",
        "1 → 2 session: session s0 itself did one after the other",
        "4 → 3 implied: first in, first out: 1 had gone in before 2 (2)",
      ]
    `);
  });

  test("are those that the checker gave, if they join operations of the witness", () => {
    const history = historyFrom(operations("W1[1,2] | R-[3,4]"));
    const given: AnomalyEdge[] = [{ from: 0, to: 2, kind: "real-time", reason: "as I say" }];
    const anomaly: Anomaly = { type: "stale-read", model: "linearizable", witness: [0, 2], explanation: "" };
    expect(edgesOf(history, { ...anomaly, edges: given })).toEqual(given);
    const astray = edgesOf(history, { ...anomaly, edges: [{ ...given[0]!, to: 4 }] });
    expect(astray.map(({ kind }) => kind)).toEqual(["real-time", "overwritten"]);
  });

  test("are told apart from what does not follow: a read of null where something was deleted proves nothing", () => {
    expect(edgesIn("W1[1,2] D[3,4] | R-[5,6]", "sequential")).toEqual([
      "1 → 2 session: session s0 itself did one after the other",
    ]);
  });
});
