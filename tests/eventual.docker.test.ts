import { describe, expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { type FinishedCommand, leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

interface Case {
  readonly name: string;
  readonly model: Model;
  readonly anomaly: string;
  /** The store, its work and what breaks it. */
  readonly setting: readonly string[];
  /** What makes the store wrong, and right. */
  readonly wrong: readonly string[];
  readonly right: readonly string[];
}

const bug = (name: string, [model, anomaly]: readonly [Model, string], setting: readonly string[]): Case => ({
  name,
  model,
  anomaly,
  setting,
  wrong: ["--bug", name],
  right: ["--bug", "none"],
});

const ASYNC = ["--preset", "async-leader"];

const CASES: readonly Case[] = [
  bug(
    "ack-when-sent",
    ["no-lost-writes", "lost-element"],
    ["--preset", "semi-sync", "--workload", "set", "--faults", "partition-leader"],
  ),
  bug(
    "cut-not-undone",
    ["convergence", "diverged"],
    [...ASYNC, "--workload", "set", "--faults", "partition-leader"],
  ),
  bug(
    "deletes-not-replayed",
    ["convergence", "diverged"],
    [...ASYNC, "--workload", "shopping-cart", "--faults", "kill-one"],
  ),
  bug(
    "set-keeps-larger",
    ["crdt-semantics", "vanished-element"],
    ["--preset", "crdt", "--sets", "g-set", "--workload", "set", "--faults", "partition-halves"],
  ),
  bug(
    "rga-by-arrival",
    ["crdt-semantics", "text-order-conflict"],
    ["--preset", "crdt", "--workload", "shared-document", "--faults", "partition-one"],
  ),
  {
    name: "a cart that is one value",
    model: "no-lost-writes",
    anomaly: "lost-element",
    setting: ["--workload", "shopping-cart", "--faults", "partition-halves"],
    wrong: ["--preset", "cart-lww"],
    right: ["--preset", "cart-orset"],
  },
];

/** Room for one fault that starts late on a busy machine, and time enough for it to show. */
const LENGTH = ["--time", "9s", "--fault-duration", "3s", "--converge-within", "10s"];
const LOAD = ["--clients", "5", "--rate", "150", "--seed", "1"];

async function run(
  env: "docker" | "sim",
  { setting, model }: Case,
  variant: readonly string[],
): Promise<Pick<FinishedCommand, "exitCode" | "stderr" | "verdict">> {
  using out = temporaryFolder();
  const args = ["--env", env, ...variant, ...setting, ...LENGTH, ...LOAD, "--expect", model];
  const finished = await runTarget("eventual", out.path, args);
  expect(leftovers(out.path)).toBe("");
  return finished;
}

describe.runIf(docker)("eventual in containers shows what it shows in simulation", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const { model, anomaly } = one;
    const simulated = await run("sim", one, one.wrong);
    const [wrong, right] = await Promise.all([run("docker", one, one.wrong), run("docker", one, one.right)]);
    for (const { verdict, exitCode, stderr } of [simulated, wrong]) {
      expect(verdict.models[model]?.verdict, stderr).toBe("violated");
      expect(verdict.counts[anomaly], stderr).toBeGreaterThan(0);
      expect(exitCode, stderr).toBe(1);
    }
    expect(right.verdict.models[model]?.verdict, right.stderr).toBe("satisfied");
    expect(right.verdict.counts[anomaly] ?? 0).toBe(0);
    expect(right.exitCode, right.verdict.summary).toBe(0);
  });
});
