import { describe, expect, test } from "vitest";
import type { CheckResult } from "#core/checker";
import type { Model, ModelResult } from "#core/verdict";
import { Agenda, type CheckerFacts } from "./agenda.ts";

const facts = (name: string, models: Model[], more: Partial<CheckerFacts> = {}): CheckerFacts => ({
  name,
  models,
  applies: true,
  part: { index: 0, operations: 10, about: "everything" },
  ...more,
});
const found = (model: Model, verdict: ModelResult["verdict"]): CheckResult => ({
  results: [{ model, verdict }],
  anomalies: [],
  counts: {},
});

const search = facts("search", ["linearizable"], { searches: true });
const cheap = facts("cheap", ["linearizable"]);
const late = facts("late", ["no-lost-writes"]);
const spared = facts("spared", ["causal"], { impliedBy: ["linearizable"] });
const CHEAP_FIRST = { heavyFirst: false };

const agendaOf = (...checkers: CheckerFacts[]) => new Agenda(checkers);
const namesOf = (agenda: Agenda) => agenda.outcomes().map(({ checker }) => checker);

describe("agenda", () => {
  test("begins with what is cheap, or where there are others for that with what is not", () => {
    expect(agendaOf(search, cheap).next(CHEAP_FIRST)).toBe(cheap);
    expect(agendaOf(cheap, search).next({ heavyFirst: true })).toBe(search);
    expect(agendaOf(cheap).next({ heavyFirst: true })).toBe(cheap);
  });

  test("keeps a checker waiting until those before it are done that could spare it, whatever their order", () => {
    for (const order of [
      [search, cheap],
      [cheap, search],
    ]) {
      const agenda = agendaOf(search, cheap, spared, late);
      expect(new Set([1, 2, 3].map(() => agenda.next(CHEAP_FIRST)))).toEqual(new Set([search, cheap, late]));
      expect(agenda.next(CHEAP_FIRST)).toBeUndefined();
      agenda.finish(order[0]!, found("linearizable", "satisfied"));
      expect(agenda.next(CHEAP_FIRST)).toBeUndefined();
      expect(agenda.isDone).toBe(false);
      agenda.finish(order[1]!, found("linearizable", "satisfied"));
      expect(agenda.next(CHEAP_FIRST)).toBeUndefined();
      agenda.finish(late, found("no-lost-writes", "satisfied"));
      expect(agenda.isDone).toBe(true);
      expect(namesOf(agenda)).toEqual(["search", "cheap", "late"]);
    }
  });

  test("runs it where one of those is not satisfied", () => {
    const agenda = agendaOf(search, cheap, spared);
    agenda.next(CHEAP_FIRST);
    agenda.next(CHEAP_FIRST);
    agenda.finish(cheap, found("linearizable", "satisfied"));
    agenda.finish(search, found("linearizable", "unknown"));
    expect(agenda.next(CHEAP_FIRST)).toBe(spared);
  });

  test("does not wait for those after it", () => {
    const agenda = agendaOf(spared, search);
    expect(agenda.next(CHEAP_FIRST)).toBe(spared);
  });

  test("leaves out what does not apply, and calls unknown what is too long unless it was asked for", () => {
    const long = facts("long", ["causal"], { mostOperations: 9 });
    const agenda = agendaOf(facts("other", ["pram"], { applies: false }), long);
    expect(agenda.next(CHEAP_FIRST)).toBeUndefined();
    expect(agenda.outcomes()).toMatchObject([{ checker: "long", results: [{ verdict: "unknown" }] }]);
    expect(new Agenda([long], { asked: ["causal"] }).next(CHEAP_FIRST)).toBe(long);
  });

  test("runs again what was begun in vain, and nothing that is done", () => {
    const agenda = agendaOf(cheap, late);
    agenda.finish(agenda.next(CHEAP_FIRST)!, found("linearizable", "satisfied"));
    expect(agenda.next(CHEAP_FIRST)).toBe(late);
    agenda.giveBackUnfinished();
    expect(agenda.waiting).toBe(1);
    expect(agenda.next(CHEAP_FIRST)).toBe(late);
    agenda.finish(late, found("no-lost-writes", "satisfied"));
    agenda.giveBackUnfinished();
    expect(agenda.next(CHEAP_FIRST)).toBeUndefined();
    expect(agenda.isDone).toBe(true);
  });
});
