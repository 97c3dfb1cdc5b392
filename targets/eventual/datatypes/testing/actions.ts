import * as fc from "fast-check";
import type { Action } from "../../protocol.ts";

/** Few values, so that updates meet. */
const value = fc.integer({ min: 1, max: 3 });
const action = (f: Action["f"], of: fc.Arbitrary<Action["value"]>): fc.Arbitrary<Action> =>
  of.map((one) => ({ f, value: one }));

const account = fc.constantFrom("a", "b", "c");

/** Random actions of each type of object. */
export const ACTIONS = {
  register: fc.oneof(
    action("write", value),
    action("delete", fc.constant(null)),
    action("cas", fc.tuple(value, value)),
  ),
  list: action("append", value),
  set: fc.oneof(action("add", value), action("remove", value), action("contains", value)),
  adds: fc.oneof(action("add", value), action("contains", value)),
  counter: action("increment", fc.integer({ min: -3, max: 3 })),
  increments: action("increment", fc.integer({ min: 0, max: 3 })),
  queue: fc.oneof(action("enqueue", value), action("dequeue", fc.constant(null))),
  stack: fc.oneof(action("push", value), action("pop", fc.constant(null))),
  text: fc.oneof(
    { weight: 3, arbitrary: action("insert", insertOf()) },
    action(
      "erase",
      value.map((id) => ({ id })),
    ),
  ),
  map: fc.oneof(
    action("write", fc.constant({ a: 5, b: 5 })),
    action("transfer", fc.record({ from: account, to: account, amount: value })),
  ),
} as const satisfies Record<string, fc.Arbitrary<Action>>;

/** Ids are few, so that characters are inserted twice, before their neighbours arrive, and after they were erased. */
function insertOf(): fc.Arbitrary<Action["value"]> {
  const id = fc.integer({ min: 1, max: 12 });
  return fc
    .record({ id, after: fc.oneof(fc.constant(null), id) })
    .map(({ id: own, after }) => ({ id: own, after: after === own ? null : after, char: String(own) }));
}
