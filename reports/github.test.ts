import { describe, expect, test } from "vitest";
import {
  type Annotation,
  annotationLines,
  annotationsOf,
  jsonWithoutCommands,
  withoutCommands,
} from "./github.ts";
import { testRun, testVerdict } from "./testing/documents.ts";

const METRIC = {
  ...{ name: "write_error_rate", value: 2, unit: "%", threshold: 0.5, alarm: "above" as const },
  ...{ breached: true, basis: "2 of 100" },
};

describe("annotations", () => {
  const verdict = testVerdict({
    valid: false,
    models: { convergence: { verdict: "unknown", reason: "no final reads" } },
    expectations: [
      { model: "pram", is: "holds", outcome: "met" },
      { model: "no-lost-writes", is: "holds", outcome: "broken" },
      { model: "convergence", is: "holds", outcome: "undecided" },
      { model: "linearizable", is: "breaks", outcome: "surprise" },
    ],
    anomalies: [
      { type: "lost-write", model: "no-lost-writes", witness: [], explanation: "100 % of x, lost" },
    ],
  });

  test("an error for a broken promise, a warning for an undecided one and an alarm", () => {
    expect(annotationLines(annotationsOf(verdict, { run: testRun(), metrics: [METRIC] }))).toEqual([
      "::error file=runs/test/history.jsonl,title=riftcheck%3A no-lost-writes must hold::redis set, seed 7: broken: 100 %25 of x, lost",
      "::warning file=runs/test/history.jsonl,title=riftcheck%3A convergence must hold::redis set, seed 7: undecided: no final reads",
      "::warning file=runs/test/history.jsonl,title=riftcheck%3A write_error_rate::redis set, seed 7: 2 %25, alarm above 0.5: 2 of 100",
      "::notice file=runs/test/history.jsonl,title=riftcheck%3A linearizable is known to break::redis set, seed 7: expected to break, and did not",
    ]);
  });

  test("with the gate an alarm is an error", () => {
    expect(annotationsOf(testVerdict(), { metrics: [METRIC], gate: true })[0]?.level).toBe("error");
  });

  test.each([
    [true, "notice"],
    ["unknown", "warning"],
    [false, "error"],
  ] as const)("valid %s without anything else: a %s", (valid, level) => {
    expect(annotationsOf(testVerdict({ valid })).map((one) => one.level)).toEqual([level]);
  });

  test("a hostile value stays within its message and its property", () => {
    const hostile: Annotation = {
      level: "error",
      title: "a,file=b::c",
      message: "x\n::set-output name=y::z\r\u001b]",
      file: "d:e,\nf%0A",
    };
    const lines = annotationLines([hostile]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toBe(
      "::error file=d%3Ae%2C%0Af%250A,title=a%2Cfile=b%3A%3Ac::x␊::set-output name=y::z␍␛]",
    );
  });

  test("no more of a level than are shown, and the last counts the others", () => {
    const many = Array.from({ length: 25 }, (): Annotation => ({ level: "error", title: "t", message: "m" }));
    const lines = annotationLines(many);
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("::error title=riftcheck::and 16 more");
  });
});

describe("the log", () => {
  test.each(["  ::error::x", "a\n::add-mask::b", "x ##[group]y"])("%j is no command", (text) => {
    expect(withoutCommands(`${text}\n`, "T")).toBe(`::stop-commands::T\n${text}\n::T::\n`);
  });

  test("a text without any stays as it is", () => {
    expect(withoutCommands("a :: b\n", "T")).toBe("a :: b\n");
  });

  test("JSON means the same", () => {
    const value = { a: "##[group]x", b: "###[" };
    const json = jsonWithoutCommands(JSON.stringify(value));
    expect(json).not.toContain("##[");
    expect(JSON.parse(json)).toEqual(value);
  });
});
