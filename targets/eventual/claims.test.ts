import { describe, expect, test } from "vitest";
import type { ObjectSpec, ObjectType } from "#core/operation";
import type { ClaimsContext } from "#core/target";
import type { Model } from "#core/verdict";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";
import { presetNames } from "./presets/names.ts";
import { settingsOf } from "./presets/presets.ts";

const object = (type: ObjectType, order: ObjectSpec["order"] = "unknown"): ObjectSpec => ({
  keys: "*",
  type,
  initial: null,
  order,
  uniqueWrites: true,
  siblings: false,
});
const OWNED = object("register", "single-writer");
const SHARED = object("register");
const STORM = ["partition-halves", "kill-one", "power-one", "clock-skew"];

const claims = (options: Record<string, unknown>, context: Partial<ClaimsContext> = {}) =>
  claimsOf(settingsOf(optionsSchema.parse(options)), {
    workload: "session",
    objects: [OWNED],
    nodes: 3,
    faults: STORM,
    ...context,
  });

const held = (options: Record<string, unknown>, context: Partial<ClaimsContext> = {}, level?: string) =>
  claims(options, context)
    .filter((one) => one.is === "holds" && one.level === level)
    .map(({ model }) => model);

const promises = (...of: Parameters<typeof held>) => ({
  has: (model: Model): boolean => held(...of).includes(model),
});

describe("what of concurrent updates stays", () => {
  const siblings = { preset: "dynamo-siblings", sets: "value", counters: "value", texts: "value" };

  test.each<[ObjectType, boolean]>([
    ["register", true],
    ["list", true],
    ["set", true],
    ["text", true],
    ["counter", false],
    ["map", false],
    ["queue", false],
    ["stack", false],
  ])("siblings of a %s: %s", (type, stays) => {
    expect(promises(siblings, { objects: [object(type)] }).has("no-lost-writes")).toBe(stays);
    const lastWins = { ...siblings, conflicts: "last-write-wins" };
    expect(promises(lastWins, { objects: [object(type)] }).has("no-lost-writes")).toBe(false);
  });

  test("a cart is kept by an OR-Set and by a union, and lost by the last writer", () => {
    const cart = { objects: [object("set")] };
    expect(promises({ preset: "cart-orset" }, cart).has("no-lost-writes")).toBe(true);
    expect(promises({ preset: "cart-union" }, cart).has("no-lost-writes")).toBe(true);
    expect(promises({ preset: "cart-lww" }, cart).has("no-lost-writes")).toBe(false);
  });

  test("a register with one writer loses nothing while clocks agree, or where times follow what was seen", () => {
    const calm = { faults: ["partition-halves"] };
    expect(promises({ preset: "dynamo" }, calm).has("no-lost-writes")).toBe(true);
    expect(promises({ preset: "dynamo" }).has("no-lost-writes")).toBe(false);
    expect(promises({ preset: "dynamo", clockSkew: 500 }, calm).has("no-lost-writes")).toBe(false);
    expect(promises({ preset: "dynamo", versioning: "lamport" }).has("no-lost-writes")).toBe(true);
    expect(promises({ preset: "dynamo" }, { ...calm, objects: [SHARED] }).has("no-lost-writes")).toBe(false);
  });

  test("a leader that acknowledges alone may lose whatever it acknowledged", () => {
    expect(promises({ preset: "async-leader" }, { faults: [] }).has("no-lost-writes")).toBe(false);
    expect(promises({ preset: "semi-sync" }).has("no-lost-writes")).toBe(true);
  });
});

describe("what reads show", () => {
  test("each level promises for itself", () => {
    const levels = { workload: "cross-region" };
    expect(promises({ preset: "semi-sync" }, levels, "strong").has("linearizable")).toBe(true);
    expect(promises({ preset: "semi-sync" }, levels, "local").has("linearizable")).toBe(false);
    expect(held({ preset: "semi-sync" }, levels)).not.toContain("linearizable");
    const stamped = { preset: "semi-sync", reads: "any", stampedReads: true };
    expect(promises(stamped, {}).has("monotonic-reads")).toBe(true);
    expect(promises(stamped, levels, "local").has("monotonic-reads")).toBe(false);
    expect(promises({ preset: "causal" }, levels, "strong").has("causal")).toBe(false);
    expect(promises({ preset: "causal" }, levels, "local").has("causal")).toBe(true);
  });

  test("whoever reads every replica reads what was written last; overlapping quorums show the own writes", () => {
    const calm = { faults: ["partition-halves"] };
    const quorums = (readQuorum: number, writeQuorum: number) =>
      held({ preset: "dynamo", readQuorum, writeQuorum }, calm);
    expect(quorums(3, 1)).toContain("linearizable");
    expect(quorums(2, 2)).toContain("read-your-writes");
    expect(quorums(2, 2)).not.toContain("monotonic-reads");
    expect(quorums(1, 2)).not.toContain("read-your-writes");
    expect(held({ preset: "dynamo", sloppy: true }, calm)).not.toContain("read-your-writes");
    expect(held({ preset: "dynamo" }, { ...calm, objects: [SHARED] })).not.toContain("read-your-writes");
  });

  test("causal delivery alone is not enough for sessions that leave their home", () => {
    expect(promises({ preset: "crdt" }, { faults: [] }).has("causal")).toBe(true);
    expect(promises({ preset: "crdt" }).has("causal")).toBe(false);
    expect(promises({ preset: "causal" }).has("causal")).toBe(true);
    expect(promises({ preset: "causal", versioning: "wall-clock" }).has("causal")).toBe(false);
  });

  test("one order of all writes explains a session's reads only where each key has one writer", () => {
    expect(promises({ preset: "causal" }).has("pram")).toBe(true);
    expect(promises({ preset: "causal" }, { objects: [SHARED] }).has("pram")).toBe(false);
    expect(promises({ preset: "causal" }, { objects: [SHARED] }).has("causal-convergent")).toBe(true);
  });

  test("a cache promises nothing about reads", () => {
    expect(held({ preset: "semi-sync", cacheTtl: 100 })).not.toContain("linearizable");
    expect(held({ preset: "semi-sync", cacheTtl: 100 }, { nodes: 1 })).not.toContain("linearizable");
  });

  test("one node has no other to disagree with, but a clock", () => {
    expect(held({ preset: "dynamo" }, { nodes: 1, faults: ["power-one"] })).toContain("linearizable");
    expect(held({ preset: "dynamo" }, { nodes: 1 })).not.toContain("linearizable");
    expect(held({ preset: "async-leader" }, { nodes: 1 })).toContain("no-lost-writes");
  });
});

test("replicas need gossip, or shipping until it arrives, to become equal", () => {
  expect(promises({ preset: "dynamo" }).has("convergence")).toBe(true);
  expect(promises({ preset: "dynamo", gossip: 0 }).has("convergence")).toBe(false);
});

test("maps keep their total, and replicated data types their meaning", () => {
  for (const preset of presetNames)
    expect(promises({ preset }, { objects: [object("map")] }).has("preserved-total"), preset).toBe(true);
  expect(promises({ preset: "crdt" }, { objects: [object("set")] }).has("crdt-semantics")).toBe(true);
  expect(promises({ preset: "cart-lww" }, { objects: [object("set")] }).has("crdt-semantics")).toBe(false);
  expect(promises({ preset: "semi-sync" }, { objects: [object("set")] }).has("crdt-semantics")).toBe(false);
});

test("whatever may break says why, and a bound stands where one is needed", () => {
  for (const preset of presetNames)
    for (const { model, is, reason, bound } of claims({ preset }, { workload: "cross-region" })) {
      expect(is === "holds" || reason !== undefined, `${preset}, ${model}`).toBe(true);
      expect(bound !== undefined, `${preset}, ${model}`).toBe(model === "bounded-staleness");
    }
});
