import { expect, test } from "vitest";
import type { Settings } from "../options.ts";
import { chooseDatatypes, objectsOf } from "./choose.ts";
import { orSet } from "./or-set.ts";
import { ot } from "./ot.ts";
import { rga } from "./rga.ts";
import { SETTINGS } from "./testing/settings.ts";

const STAMP = { dot: { node: "n1", counter: 1 }, wall: 1, lamport: 1 };

test("without a leader the switches choose", () => {
  const { set, text, register } = chooseDatatypes(SETTINGS);
  expect([set, text]).toStrictEqual([orSet, rga]);
  expect(register!.update(undefined, { f: "write", value: 1 }, STAMP).state).toHaveProperty("siblings");
  expect(chooseDatatypes({ ...SETTINGS, sets: "value" }).set).not.toBe(orSet);
});

test("a leader's log holds plain values", () => {
  const { set, text, register } = chooseDatatypes({ ...SETTINGS, replication: "semi-sync", texts: "ot" });
  expect(text).toBe(ot);
  expect(register!.update(undefined, { f: "write", value: 1 }, STAMP).state).toBe(1);
  expect(set!.update(undefined, { f: "add", value: 1 }, STAMP).state).toStrictEqual([1]);
  expect(() => register!.merge(1, 2)).toThrow("a log orders, it never merges");
});

test("operational transformation without a leader is refused", () => {
  expect(() => chooseDatatypes({ ...SETTINGS, texts: "ot" })).toThrow("needs one order of edits");
});

test("histories claim what the objects are", () => {
  expect(objectsOf(SETTINGS)).toStrictEqual({
    register: { siblings: true, supersedes: "seen" },
    set: { crdt: "or-set", visibility: "eventual" },
    counter: { crdt: "pn-counter", visibility: "eventual" },
    text: { crdt: "rga", visibility: "eventual" },
  });
  const timed: Settings = {
    ...SETTINGS,
    versioning: "lamport",
    sets: "value",
    counters: "value",
    texts: "value",
  };
  expect(objectsOf(timed)).toStrictEqual({
    register: { crdt: "lww", visibility: "eventual", order: "version" },
  });
  expect(objectsOf({ ...SETTINGS, stampedReads: true }).set?.visibility).toBe("causal");
  expect(objectsOf({ ...SETTINGS, replication: "async-leader" })).toStrictEqual({});
});
