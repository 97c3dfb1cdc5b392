import { expect, test } from "vitest";
import type { Json } from "#core/json";
import type { Datatype } from "../../datatypes/datatype.ts";
import { ot } from "../../datatypes/ot.ts";
import type { Action, Answer, Refusal } from "../../protocol.ts";
import { correctRules } from "../../rules.ts";
import { StateMachine } from "./state-machine.ts";

const insert = (id: string, after: string | null): Action => ({
  f: "insert",
  value: { id, after, char: id },
});

/** Applies edits of one text, each with what its client had seen. */
function editor(): (action: Action, context?: Json) => Answer | Refusal | undefined {
  const machine = new StateMachine({ text: ot as Datatype }, correctRules.leader);
  let index = 0;
  return (action, context) => {
    const about = { kind: "update", key: "x", object: "text", node: "n1", wall: 0, id: null } as const;
    const command = { ...about, ...action, ...(context === undefined ? {} : { context }) };
    return machine.apply(command, { term: 1, index: ++index });
  };
}

test("an edit of a text means the revision that its client saw", () => {
  const edit = editor();
  expect(edit(insert("a", null))).toMatchObject({ context: 1 });
  expect(edit({ f: "erase", value: { id: "a" } })).toMatchObject({ context: 2 });
  expect(edit(insert("b", "a"), 1)).toMatchObject({ context: 3 });
});

test("an edit that says nothing of what was seen means the newest revision", () => {
  const edit = editor();
  edit(insert("a", null));
  edit({ f: "erase", value: { id: "a" } });
  expect(edit(insert("b", "a"))).toMatchObject({ error: "rejected" });
});
