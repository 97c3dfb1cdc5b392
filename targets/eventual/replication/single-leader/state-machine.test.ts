import { expect, test } from "vitest";
import type { Json } from "#core/json";
import type { Datatype } from "../../datatypes/datatype.ts";
import { ot } from "../../datatypes/ot.ts";
import type { Action } from "../../protocol.ts";
import { correctRules } from "../../rules.ts";
import { StateMachine } from "./state-machine.ts";

const insert = (id: string, after: string | null): Action => ({
  f: "insert",
  value: { id, after, char: id },
});

/** Applies edits of one text, each with what its client had seen. */
function editor(): (action: Action, context?: Json) => Json {
  const machine = new StateMachine({ text: ot as Datatype }, correctRules.leader);
  let index = 0;
  return (action, context) => {
    const about = { kind: "update", key: "x", object: "text", node: "n1", wall: 0, id: null } as const;
    const command = { ...about, ...action, ...(context === undefined ? {} : { context }) };
    const answer = machine.apply(command, { term: 1, index: ++index });
    expect(answer).not.toHaveProperty("error");
    return (answer as { readonly context: Json }).context;
  };
}

test("an edit of a text means the revision that its client saw", () => {
  const edit = editor();
  edit(insert("a", null));
  const seen = edit(insert("b", "a"));
  edit({ f: "erase", value: { id: "a" } });
  expect(edit(insert("c", "a"), seen)).toBe(4);
});

test("an edit that says nothing of what was seen means the newest revision", () => {
  const edit = editor();
  edit(insert("a", null));
  edit({ f: "erase", value: { id: "a" } });
  expect(() => edit(insert("c", "a"))).toThrow();
});
