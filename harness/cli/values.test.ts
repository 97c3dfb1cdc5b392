import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SECOND } from "#core/units";
import { worstExitCode } from "./exit-code.ts";
import { lookUp, nearest } from "./nearest.ts";
import { addSchemaOptions, parseSchemaOptions } from "./schema-options.ts";
import { durationFlag, expectationsFlag, integerFlag } from "./values.ts";

describe("names", () => {
  test("offers the nearest valid name", () => {
    expect(nearest("redsi", ["redis", "sim-kv"])).toBe("redis");
    expect(nearest("partiton", ["partition", "kill", "pause"])).toBe("partition");
    expect(nearest("completely-different", ["kill"])).toBeUndefined();
  });

  test("does not take inherited properties for entries", () => {
    expect(() => lookUp("target", "toString", { redis: 1 })).toThrow(/unknown target "toString"/);
  });
});

describe("flags", () => {
  test("reads durations and says what a duration is", () => {
    expect(durationFlag("--time", "1.5s")).toBe(1.5 * SECOND);
    expect(() => durationFlag("--time", "soon")).toThrow(/--time: expected a duration such as 60s/);
    expect(() => durationFlag("--time", "0s")).toThrow(/--time/);
  });

  test("refuses what is no whole number in range", () => {
    expect(integerFlag("--nodes", "3", 1)).toBe(3);
    for (const wrong of ["", "x", "1.5", "0", "-1"])
      expect(() => integerFlag("--nodes", wrong, 1)).toThrow(/--nodes/);
  });

  test("reads expectations", () => {
    expect(expectationsFlag("none")).toEqual([]);
    expect(expectationsFlag("linearizable=breaks, convergence").map(({ model, is }) => [model, is])).toEqual([
      ["linearizable", "breaks"],
      ["convergence", "holds"],
    ]);
    expect(expectationsFlag("linearizable@quorum=may-break")).toMatchObject([
      { model: "linearizable", level: "quorum", is: "may-break" },
    ]);
    expect(() => expectationsFlag("linearizable@")).toThrow(/expected a level after "@"/);
    expect(
      expectationsFlag("bounded-staleness<=1.5s,convergence").map(({ model, bound, is }) => [
        model,
        bound,
        is,
      ]),
    ).toEqual([
      ["bounded-staleness", { time: 1.5 * SECOND }, "holds"],
      ["convergence", undefined, "holds"],
    ]);
    expect(expectationsFlag("bounded-staleness<=3versions=may-break")).toMatchObject([
      { bound: { versions: 3 }, is: "may-break" },
    ]);
    for (const wrong of ["bounded-staleness", "bounded-staleness<=soon", "linearizable<=5s"])
      expect(() => expectationsFlag(wrong)).toThrow(/expected a bound after bounded-staleness/);
    expect(() => expectationsFlag("bounded-staleness<=1s,bounded-staleness<=1version")).toThrow(/one bound/);
    expect(() => expectationsFlag("linearisable")).toThrow(/unknown model "linearisable"/);
    expect(() => expectationsFlag("linearizable=maybe")).toThrow(/expected one of holds, may-break, breaks/);
  });
});

describe("options from a schema", () => {
  const schema = z.object({
    readFrom: z.enum(["primary", "any"]).default("primary").describe("which nodes answer reads"),
    wait: z.int().min(0).default(0).describe("replicas to wait for"),
    fast: z.boolean().default(false).describe("no safety"),
  });

  test("become flags with their defaults, and come back typed", () => {
    const command = new Command().exitOverride();
    addSchemaOptions(command, schema);
    command.parse(["--read-from", "any", "--wait", "2", "--fast"], { from: "user" });
    expect(parseSchemaOptions(schema, command.opts())).toEqual({ readFrom: "any", wait: 2, fast: true });
    expect(parseSchemaOptions(schema, {})).toEqual({ readFrom: "primary", wait: 0, fast: false });
  });

  test("name the flag that is wrong", () => {
    expect(() => parseSchemaOptions(schema, { wait: "-1" })).toThrow(/^--wait: /);
    expect(() => parseSchemaOptions(schema, { wait: "many" })).toThrow(/^--wait: /);
  });
});

describe("worstExitCode", () => {
  test("prefers broken over unreadable over unknown over ok", () => {
    expect(worstExitCode([0, 2, 64, 1])).toBe(1);
    expect(worstExitCode([0, 2, 64])).toBe(64);
    expect(worstExitCode([0, 2])).toBe(2);
    expect(worstExitCode([0, 0])).toBe(0);
  });
});
