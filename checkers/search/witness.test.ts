import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { type CounterCall, counterModel, counters } from "./models/counter.ts";
import { ProblemBuilder } from "./problem.ts";
import { search } from "./search.ts";
import { smallWitness } from "./witness.ts";

/** A counter that is raised by one and read, so often, one after the other. */
function raised(times: number): ProblemBuilder<number, CounterCall> {
  const builder = new ProblemBuilder<number, CounterCall>(counterModel(0));
  for (let i = 0; i < times; i++) {
    builder.add(2 * i, 4 * i, 4 * i + 1, { kind: "increment", by: 1 });
    builder.add(2 * i + 1, 4 * i + 2, 4 * i + 3, { kind: "read", value: i + 1 });
  }
  return builder;
}

test("a witness names what contradicts the operation that no order explains, and not what was right before", () => {
  const builder = raised(30);
  // Two increments under way: either may come first, but not each before the other.
  builder.add(60, 200, 300, { kind: "increment", by: 5 });
  builder.add(61, 201, 301, { kind: "increment", by: 7 });
  builder.add(62, 210, 211, { kind: "read", value: 35 });
  builder.add(63, 220, 221, { kind: "read", value: 37 });
  const problem = builder.build();
  const found = search(problem, UNLIMITED);
  if (found.verdict !== "impossible") throw new Error(found.verdict);
  const witness = smallWitness(counters, problem, found, UNLIMITED);
  const reads = witness.filter((entry) => problem.calls[problem.call[entry]!]!.kind === "read");
  expect(reads).toEqual([62, 63]);
  expect(witness.length - reads.length).toBe(32);
});
