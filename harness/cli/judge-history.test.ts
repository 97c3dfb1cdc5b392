import { expect, test } from "vitest";
import type { ObjectSpec } from "#core/operation";
import { operations } from "../../checkers/testing/notation.ts";
import { headerOf, historyFrom } from "../../checkers/testing/operations.ts";
import { judgeHistory } from "./judge-history.ts";
import { strongestExpectation } from "./strongest-expectation.ts";

const history = (spec: Partial<ObjectSpec>, text: string) =>
  historyFrom(operations(text), headerOf(spec, ["n1", "n2"]));

test.each<[Partial<ObjectSpec>, string, string[]]>([
  [{ type: "register" }, "W1 R1", ["linearizable"]],
  [{ type: "set" }, "A1 R{1}@n1* R{1}@n2*", ["linearizable", "no-lost-writes"]],
  [{ type: "register", crdt: "lww" }, "W1 R1", ["crdt-semantics"]],
  [{ type: "set", crdt: "or-set" }, "A1 R{1}@n1* R{1}@n2*", ["crdt-semantics"]],
])("without a claim %j is expected to hold its strongest promise", (spec, text, models) => {
  const { expectations } = strongestExpectation(history(spec, text));
  expect(expectations.map(({ model }) => model)).toEqual(models);
});

test("a CRDT that nothing explains is no valid run", () => {
  const run = "A1 A2 | R{1}@n1* R{1}@n2*";
  const verdict = judgeHistory(history({ type: "set", crdt: "g-set" }, run), { expectations: undefined });
  expect(verdict.valid).toBe(false);
  expect(verdict.models["crdt-semantics"]).toEqual({ verdict: "violated" });
  expect(verdict.counts).toMatchObject({ "lost-element": 1, "vanished-element": 1 });
});
