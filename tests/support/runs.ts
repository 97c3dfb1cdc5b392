import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RunRecord, VerdictDocument } from "#core/run";
import { riftcheck } from "./riftcheck.ts";

export const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;

export interface FinishedCommand {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
  readonly verdict: VerdictDocument;
  readonly record: RunRecord;
}

export const runRedis = (out: string, args: readonly string[]): Promise<FinishedCommand> =>
  runTarget("redis", out, args);

/** One run to its end. @param out a folder in which no other run is made meanwhile */
export async function runTarget(
  target: string,
  out: string,
  args: readonly string[],
): Promise<FinishedCommand> {
  const result = await riftcheck(["run", target, "--out", out, ...args]);
  const name = readdirSync(out).sort().at(-1);
  if (name === undefined) throw new Error(`no run folder: ${result.stderr}`);
  const folder = join(out, name);
  if (!existsSync(join(folder, "verdict.json"))) throw new Error(`no verdict: ${result.stderr}`);
  return {
    ...result,
    folder,
    verdict: readJson(folder, "verdict.json"),
    record: readJson(folder, "run.json"),
  };
}

/** Everything on the engine that the runs under `out` have left, images aside. */
export function leftovers(out: string): string {
  return readdirSync(out)
    .map((run) => {
      const ls = (...args: string[]) =>
        execFileSync("docker", [...args, "--filter", `label=riftcheck=${run}`, "-q"], { encoding: "utf8" });
      return ls("ps", "-a") + ls("network", "ls") + ls("volume", "ls");
    })
    .join("");
}

/** Waits for a condition of another process, for at most a minute: that is longer than any start-up. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (condition()) return;
    await delay(100);
  }
  throw new Error(`waited a minute for: ${what}`);
}
