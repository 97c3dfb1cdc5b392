import { expect, test } from "vitest";
import type { GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import { Random } from "#core/random";
import { answerOf, type Visit, visits } from "./visits.ts";

const of = (process: number): GeneratorContext => ({
  now: 0,
  process,
  worker: process % 10,
  random: new Random(1),
});
const read: Invocation = { f: "read", key: "x", value: null };

function* readThenWrite(): Visit {
  const value = answerOf(yield { ...read })?.value;
  if (value !== undefined) yield { f: "write", key: "x", value };
}

test("each step knows what became of the one before it, of its own process alone", () => {
  const generator = visits(readThenWrite);
  const [first, other] = [generator.next(of(0)) as Invocation, generator.next(of(1)) as Invocation];
  generator.completed?.(0, first, "ok", { value: 41 });
  generator.completed?.(1, other, "fail");
  expect(generator.next(of(0))).toEqual({ f: "write", key: "x", value: 41 });
  expect(generator.next(of(1)), "a failed read ends the visit: the next one begins").toEqual(read);
});

test("an indefinite operation ends the visit; the process that takes over begins another", () => {
  const generator = visits(function* () {
    yield { f: "write", key: "x", value: 1 };
    yield { f: "write", key: "x", value: 2 };
  });
  const write = generator.next(of(0)) as Invocation;
  generator.completed?.(0, write, "info");
  expect(generator.next(of(10))).toMatchObject({ value: 1 });
});

test("completions of other sources' operations are none of a visit's", () => {
  const generator = visits(readThenWrite);
  generator.next(of(0));
  generator.completed?.(0, { f: "write", key: "y", value: 7 }, "ok", { value: 7 });
  expect(generator.next(of(0)), "no answer came, so there is nothing to write").toEqual(read);
});

test("a visit may wait, and one without any step waits a little", () => {
  const waiting = visits(function* () {
    yield { wait: 5 };
    yield { ...read };
  });
  expect(waiting.next(of(0))).toEqual({ wait: 5 });
  expect(waiting.next(of(0))).toEqual(read);
  const empty = visits(function* () {});
  expect(empty.next(of(0))).toEqual({ wait: expect.any(Number) });
});
