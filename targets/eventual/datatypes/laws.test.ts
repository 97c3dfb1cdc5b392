import { describe, expect, test } from "vitest";
import { messageOf } from "#core/errors";
import { conflictRules, versionings } from "./choose.ts";
import { twoPhaseSet } from "./2p-set.ts";
import type { Datatype, PlainType } from "./datatype.ts";
import { gCounter } from "./g-counter.ts";
import { gSet } from "./g-set.ts";
import { lwwRegister } from "./lww-register.ts";
import { orSet } from "./or-set.ts";
import { counter } from "./plain/counter.ts";
import { list } from "./plain/list.ts";
import { map } from "./plain/map.ts";
import { queue } from "./plain/queue.ts";
import { register } from "./plain/register.ts";
import { set } from "./plain/set.ts";
import { stack } from "./plain/stack.ts";
import { text } from "./plain/text.ts";
import { pnCounter } from "./pn-counter.ts";
import { rga } from "./rga.ts";
import { ACTIONS } from "./testing/actions.ts";
import { assertLaws } from "./testing/laws.ts";
import { versioned } from "./versioned.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 60);
const options = { runs: RUNS, seed: 20_261_121 };
const any = (datatype: unknown): Datatype => datatype as Datatype;

test.each([
  ["g-counter", any(gCounter), ACTIONS.increments],
  ["pn-counter", any(pnCounter), ACTIONS.counter],
  ["g-set", any(gSet), ACTIONS.adds],
  ["2p-set", any(twoPhaseSet), ACTIONS.set],
  ["or-set", any(orSet), ACTIONS.set],
  ["lww-register by Lamport time", any(lwwRegister(versionings.lamport)), ACTIONS.register],
  ["rga", any(rga), ACTIONS.text],
] as const)("the laws of %s", (_, datatype, actions) => assertLaws(datatype, actions, options));

const PLAIN = { register, list, set, counter, queue, stack, text, map } as const;

describe.each(Object.entries(versionings))("versions: %s", (_, versioning) => {
  describe.each(Object.entries(conflictRules))("%s", (_name, conflicts) => {
    test.each(Object.entries(PLAIN))("the laws of a versioned %s", (type, plain) => {
      const datatype = any(versioned({ plain: plain as PlainType, versioning, conflicts }));
      assertLaws(datatype, ACTIONS[type as keyof typeof PLAIN], options);
    });
  });
});

test("broken laws are seen", () => {
  const lawBrokenBy = (datatype: Datatype, actions: Parameters<typeof assertLaws>[1]): string => {
    try {
      assertLaws(datatype, actions, options);
    } catch (error) {
      return messageOf((error as Error).cause);
    }
    return "none";
  };
  const byArrival = any({ ...lwwRegister(versionings.lamport), merge: (_: never, b: never) => b });
  expect(lawBrokenBy(byArrival, ACTIONS.register)).toMatch(/merge is commutative/);
  const adding = any({ ...gCounter, merge: (a: object, b: object) => ({ ...b, ...a }) });
  expect(lawBrokenBy(adding, ACTIONS.increments)).toMatch(/an update adds|merge is commutative/);
  const inPlace: Datatype<number[]> = {
    update: (state = [], { value }) => ({ state: state.push(value as number) > 0 ? state : [] }),
    merge: (a) => a,
    read: (state = []) => state,
  };
  expect(lawBrokenBy(any(inPlace), ACTIONS.adds)).toMatch(/not extensible/);
});
