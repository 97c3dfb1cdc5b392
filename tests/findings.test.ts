/** docs/findings.md: what stored runs of real stores came to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding, Variant } from "../tools/findings/finding.ts";
import { measure } from "../tools/findings/measure.ts";
import { type Measurement, readMeasurements } from "../tools/findings/measurement.ts";
import { findingsPage } from "../tools/findings/page.ts";
import { findings } from "../tools/findings/registry.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";

const PAGE = new URL("../docs/findings.md", import.meta.url);

test("the page is what the stored runs say", () => {
  expect(readFileSync(PAGE, "utf8")).toBe(findingsPage(findings, readMeasurements()));
});

test("names tell findings apart, and variants of one", () => {
  const names = findings.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { variants } of findings)
    expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
});

test("every stored run is of a finding that is still there", () => {
  const known = findings.flatMap(({ name, variants }) =>
    variants.map((variant) => `${name}/${variant.name}`),
  );
  expect(known).toEqual(
    expect.arrayContaining([...new Set(readMeasurements().map((one) => `${one.finding}/${one.variant}`))]),
  );
});

describe("a run that is measured", () => {
  const variant: Variant = { name: "plain", words: "as it comes", expected: "shows" };
  const finding: Finding = {
    name: "local-reads",
    store: "sim-kv",
    known: "reads of backups are stale",
    source: "its own description",
    breaks: { model: "linearizable" },
    args: "sim-kv --env sim --read-from replica --replication-lag 50 --workload session --faults none --time 5s",
    variants: [variant],
    seeds: 1,
    told: "What was found.",
  };
  let folder: ReturnType<typeof temporaryFolder>;
  let run: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await riftcheck(["run", ...finding.args.split(" "), "--seed", "1", "--out", folder.path]);
    run = join(folder.path, readdirSync(folder.path)[0] ?? "");
  });
  afterAll(() => folder[Symbol.dispose]());

  const measured = async (): Promise<Measurement> => {
    const one = await measure(finding, variant, run, { withProof: true });
    if (one === undefined) throw new Error("the run did not end");
    return one;
  };

  test("has what the page tells, with its proof", async () => {
    const one = await measured();
    expect(one).toMatchObject({
      finding: "local-reads",
      seed: 1,
      shown: true,
      faults: { planned: 0, began: 0 },
    });
    expect(one.updates).toBeGreaterThan(0);
    expect(one.updates).toBeLessThan(one.operations.ok);
    expect(one.proof?.drawing.join("\n")).toContain("what has to come before what");
  });

  test("is a row of the page", async () => {
    const one = await measured();
    const page = findingsPage([finding], [one, { ...one, seed: 2, shown: false }]);
    expect(page).toContain("| [sim-kv](#local-reads) | reads of backups are stale | 1 of 2 |");
    expect(page).toContain(one.proof?.explanation);
    expect(page).toContain("What was found.");
  });

  test("is no run of another command", async () => {
    const other = { ...finding, args: `${finding.args} --nodes 5` };
    await expect(measure(other, variant, run, { withProof: false })).rejects.toThrow(
      /expected a run of ".* --nodes 5"/,
    );
  });
});
