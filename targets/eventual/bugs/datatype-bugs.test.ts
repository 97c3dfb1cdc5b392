import { expect, test } from "vitest";
import { messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import { chooseDatatypes } from "../datatypes/choose.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { ACTIONS } from "../datatypes/testing/actions.ts";
import { assertLaws } from "../datatypes/testing/laws.ts";
import { Replicas, type Step } from "../datatypes/testing/replicas.ts";
import { SETTINGS } from "../datatypes/testing/settings.ts";
import type { Settings } from "../options.ts";
import type { Action } from "../protocol.ts";
import { twoPhaseSetForgetsRemoves } from "./2p-set-forgets-removes.ts";
import { twoPhaseSetReAdds } from "./2p-set-re-adds.ts";
import type { Bug } from "./bug.ts";
import { concurrentIsNewer } from "./concurrent-is-newer.ts";
import { counterLastTotalWins } from "./counter-last-total-wins.ts";
import { counterTakesArriving } from "./counter-takes-arriving.ts";
import { firstWriteDropsOthers } from "./first-write-drops-others.ts";
import { lamportIgnoresOthers } from "./lamport-ignores-others.ts";
import { orSetForgetsRemoves } from "./or-set-forgets-removes.ts";
import { orSetRemovesByValue } from "./or-set-removes-by-value.ts";
import { otUntransformed } from "./ot-untransformed.ts";
import { pnCounterAddsUp } from "./pn-counter-adds-up.ts";
import { pnCounterMaxOfSums } from "./pn-counter-max-of-sums.ts";
import { rgaByArrival } from "./rga-by-arrival.ts";
import { rgaByNode } from "./rga-by-node.ts";
import { rgaWithoutTombstones } from "./rga-without-tombstones.ts";
import { setKeepsLarger } from "./set-keeps-larger.ts";
import { siblingsCapped } from "./siblings-capped.ts";
import { tiesByArrival } from "./ties-by-arrival.ts";
import { tombstonesCollected } from "./tombstones-collected.ts";
import { vectorNotIncremented } from "./vector-not-incremented.ts";
import { vectorWithoutDots } from "./vector-without-dots.ts";

/** The data types that the bug's own setting chooses, without the bug and with it. */
function typesOf(bug: Bug, type: ObjectType): { readonly correct: Datatype; readonly broken: Datatype } {
  const { preset = "crdt", ...given } = bug.shownBy.options;
  const replication = preset === "semi-sync" ? preset : SETTINGS.replication;
  const chosen = chooseDatatypes({ ...SETTINGS, replication, ...(given as Partial<Settings>) });
  return { correct: chosen[type]!, broken: bug.datatypes!(chosen)[type]! };
}

const LAWS = { runs: 100, seed: 5 };

function lawBrokenBy(datatype: Datatype, actions: keyof typeof ACTIONS): string {
  try {
    assertLaws(datatype, ACTIONS[actions], LAWS);
  } catch (error) {
    return messageOf((error as Error).cause);
  }
  return "none";
}

test.each<[Bug, ObjectType, keyof typeof ACTIONS]>([
  [tiesByArrival, "register", "register"],
  [vectorNotIncremented, "register", "register"],
  [concurrentIsNewer, "register", "register"],
  [pnCounterAddsUp, "counter", "counter"],
  [twoPhaseSetReAdds, "set", "set"],
  [twoPhaseSetForgetsRemoves, "set", "set"],
  [counterTakesArriving, "counter", "counter"],
  [setKeepsLarger, "set", "adds"],
  [rgaByArrival, "text", "text"],
  [siblingsCapped, "set", "set"],
  [tombstonesCollected, "register", "register"],
  [firstWriteDropsOthers, "register", "register"],
])("$name breaks a law that its data type keeps", (bug, type, actions) => {
  const { correct, broken } = typesOf(bug, type);
  expect(lawBrokenBy(correct, actions)).toBe("none");
  expect(lawBrokenBy(broken, actions)).toMatch(/merge|update|converge|read the same/);
});

const update = (replica: number, client: number, f: Action["f"], value: Json): Step => ({
  kind: "update",
  replica,
  client,
  action: { f, value },
});
const send = (from: number, to: number): Step => ({ kind: "send", from, to });
const insert = (replica: number, id: string, after: string | null): Step =>
  update(replica, 0, "insert", { id, after, char: id });

test.each<[Bug, ObjectType, readonly Step[], Json, Json]>([
  [
    lamportIgnoresOthers,
    "register",
    [update(0, 0, "write", 1), update(0, 0, "write", 2), send(0, 1), update(1, 0, "write", 3)],
    3,
    2,
  ],
  [
    vectorWithoutDots,
    "register",
    [update(0, 0, "write", 1), update(0, 1, "write", 2)],
    { siblings: [1, 2] },
    2,
  ],
  [
    orSetRemovesByValue,
    "set",
    [update(0, 0, "add", 1), update(0, 0, "remove", 1), update(0, 0, "add", 1)],
    [1],
    [],
  ],
  [
    orSetForgetsRemoves,
    "set",
    [update(0, 0, "add", 1), send(0, 1), update(0, 0, "remove", 1), send(1, 0)],
    [],
    [1],
  ],
  [
    rgaByNode,
    "text",
    [insert(1, "a", null), send(1, 0), insert(0, "b", null)],
    [
      { id: "b", char: "b" },
      { id: "a", char: "a" },
    ],
    [
      { id: "a", char: "a" },
      { id: "b", char: "b" },
    ],
  ],
  [pnCounterMaxOfSums, "counter", [update(0, 0, "increment", 2), update(1, 0, "increment", 3)], 5, 3],
  [counterLastTotalWins, "counter", [update(0, 0, "increment", 2), update(1, 0, "increment", 3)], 5, 3],
  [
    rgaWithoutTombstones,
    "text",
    [insert(0, "a", null), insert(0, "b", "a"), update(0, 0, "erase", { id: "a" })],
    [{ id: "b", char: "b" }],
    [],
  ],
])("$name gives another value", (bug, type, steps, right, wrong) => {
  const { correct, broken } = typesOf(bug, type);
  const readAfter = (datatype: Datatype): Json =>
    new Replicas(datatype, [0, 0]).run(steps).settle().readOf(0);
  expect(readAfter(correct)).toStrictEqual(right);
  expect(readAfter(broken)).toStrictEqual(wrong);
});

test("ot-untransformed erases what the client did not mean", () => {
  const { correct, broken } = typesOf(otUntransformed, "text");
  const stamp = (context: number) => ({ dot: { node: "n1", counter: 1 }, wall: 1, lamport: 1, context });
  const edits: readonly (readonly [Action, number])[] = [
    [{ f: "insert", value: { id: "a", after: null, char: "a" } }, 0],
    [{ f: "insert", value: { id: "b", after: null, char: "b" } }, 1],
    [{ f: "erase", value: { id: "a" } }, 1],
  ];
  const readAfter = (datatype: Datatype): Json =>
    datatype.read(
      edits.reduce<Json | undefined>(
        (state, [action, seen]) => datatype.update(state, action, stamp(seen)).state,
        undefined,
      ),
    );
  expect(readAfter(correct)).toStrictEqual([{ id: "b", char: "b" }]);
  expect(readAfter(broken)).toStrictEqual([{ id: "a", char: "a" }]);
});
