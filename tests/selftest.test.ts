import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "#core/random";
import { recordingOf, scoreOf } from "../harness/cli/selftest/inject-and-find.ts";
import { testable, validRuns } from "../harness/cli/selftest/valid-runs.ts";
import type { Injection } from "../harness/synthetic/injections/injection.ts";
import { injections } from "../harness/synthetic/injections/registry.ts";
import { copyOf } from "../harness/synthetic/recording.ts";
import { riftcheck } from "./support/riftcheck.ts";

describe.each(testable())("selftest %s", (name) => {
  test("finds everything", async () => {
    for (const { history } of await validRuns(name, "3")) {
      const valid = recordingOf(history);
      const scores = injections
        .filter((injection) => injection.applies(valid))
        .map((injection) => scoreOf(valid, injection, 2, "3"))
        // Keys that are written once have no older version to show.
        .filter(({ injected }) => injected > 0);
      expect(scores.length).toBeGreaterThanOrEqual(2);
      expect(scores.map((score) => [score.name, score.found, score.missed])).toEqual(
        scores.map((score) => [score.name, 2, []]),
      );
    }
  });
});

test.each(["2", "6", "7"])(
  "nothing is injected into a counter that a decrement explains: seed %s",
  async (seed) => {
    for (const { history } of await validRuns("pn-counter", seed)) {
      const valid = recordingOf(history);
      for (const injection of injections.filter(({ applies }) => applies(valid)))
        expect(scoreOf(valid, injection, 20, seed)).toMatchObject({ name: injection.name, missed: [] });
    }
  },
);

test("every anomaly that can be injected has a run with a place for it", async () => {
  const runs = (await Promise.all(testable().map((name) => validRuns(name, "1")))).flat();
  const recordings = runs.map(({ history }) => recordingOf(history));
  for (const { name, applies, inject } of injections) {
    const altered = recordings.filter(applies).map((one) => inject(copyOf(one), new Random(name)));
    expect([name, altered.some((one) => one !== undefined)]).toEqual([name, true]);
  }
});

describe("what is missed", () => {
  const [injection] = injections;
  const scored = async (changed: Partial<Injection>) => {
    const [run] = await validRuns("register", "1");
    return scoreOf(recordingOf(run!.history), { ...injection!, ...changed }, 2, "s");
  };

  test("is counted, with the seeds that repeat it", async () => {
    const nothing: Injection["inject"] = ({ events }) => [events.find(({ type }) => type === "invoke")!];
    expect(await scored({ inject: nothing })).toMatchObject({
      injected: 2,
      found: 0,
      missed: ["s#0", "s#1"],
    });
  });

  test("includes what is found under another name, or by a witness without what was altered", async () => {
    expect(await scored({ types: ["diverged"] })).toMatchObject({ injected: 2, found: 0 });
    const elsewhere: Injection["inject"] = (recording, random) => {
      const altered = injection!.inject(recording, random)!;
      return [recording.events.find((event) => event.type === "invoke" && !altered.includes(event))!];
    };
    expect(await scored({ inject: elsewhere })).toMatchObject({ injected: 2, found: 0 });
  });

  test("does not include what had no place", async () => {
    expect(await scored({ inject: () => undefined })).toMatchObject({ injected: 0, found: 0, missed: [] });
  });
});

describe("the command", () => {
  test("prints a table and exits 0", async () => {
    const { exitCode, stdout } = await riftcheck(["selftest", "counter", "--injections", "2"]);
    expect(stdout).toMatch(/lost increment +non-linearizable +2 +2 +0/);
    expect(stdout).toContain("all 6 injected anomalies were found");
    expect(exitCode).toBe(0);
  });

  test("refuses a history that is not valid, and names it does not know", async () => {
    const folder = mkdtempSync(join(tmpdir(), "riftcheck-selftest-"));
    try {
      const file = join(folder, "bad.jsonl");
      const lines = ["invoke", "ok"].map((type, index) =>
        JSON.stringify({ index, time: index, process: 0, type, f: "read", value: type === "ok" ? 7 : null }),
      );
      writeFileSync(file, `${lines.join("\n")}\n`);
      const bad = await riftcheck(["selftest", "--from", file]);
      expect([bad.exitCode, bad.stderr]).toEqual([64, expect.stringContaining("is not a valid run")]);
      const both = await riftcheck(["selftest", "counter", "--from", file]);
      expect([both.exitCode, both.stderr]).toEqual([64, expect.stringContaining("expected one of them")]);
      const unknown = await riftcheck(["selftest", "sesion"]);
      expect([unknown.exitCode, unknown.stderr]).toEqual([
        64,
        expect.stringContaining("did you mean session?"),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
