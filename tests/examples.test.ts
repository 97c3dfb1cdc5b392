import { expect, test } from "vitest";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";

test("a target of one's own runs by its path and shows what it claims to break", async () => {
  using out = temporaryFolder();
  const run = ["run", "./examples/lazy-copies.ts", "--time", "5s", "--rate", "200", "--seed", "1", "--json"];
  const { stdout, stderr, exitCode } = await riftcheck([...run, "--out", out.path]);
  expect(exitCode, stderr).toBe(0);
  const verdict = JSON.parse(stdout) as { expectations: unknown; counts: Record<string, number> };
  expect(verdict.expectations).toMatchObject([{ model: "monotonic-reads", is: "breaks", outcome: "met" }]);
  expect(verdict.counts["monotonic-reads"]).toBeGreaterThan(0);
});
