import { Command } from "commander";
import { stdout } from "node:process";
import { EXIT } from "#core/errors";
import { simKv } from "../../targets/sim-kv/target.ts";
import { session } from "../../workloads/session.ts";
import { COMMAND_NAME } from "./command-name.ts";
import { executeRun } from "./execute-run.ts";
import { conclude } from "./run.ts";
import { runSettings } from "./run-settings.ts";
import { Terminal } from "./terminal.ts";

/** What one would expect of a store, and this one does not keep: its followers answer reads with what they have. */
const EXPECT = "linearizable,read-your-writes,monotonic-reads,no-lost-writes,convergence";
const FLAGS = {
  seed: "7",
  time: "60s",
  faults: "partition",
  rate: "200",
  clients: "10",
  readFrom: "any",
  expect: EXPECT,
};
const COMMAND = `${COMMAND_NAME} run sim-kv --workload session --read-from any --faults partition --time 60s --rate 200 --clients 10 --expect ${EXPECT} --seed 7`;

/** `riftcheck demo`: a simulated cluster with a planted flaw; exit 0 when the flaw was found. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("find the flaw planted in a simulated cluster; needs no Docker")
    .option("--out <folder>", "where the run folder is made (default: runs)")
    .action(async (options: { out?: string }) => {
      const flags = { ...FLAGS, ...(options.out === undefined ? {} : { out: options.out }) };
      const settings = runSettings(simKv, session, flags, COMMAND);
      const finished = await executeRun(settings, new Terminal());
      const code = conclude(finished, false);
      const stale = finished.verdict.counts["stale-read"] ?? 0;
      stdout.write(
        stale > 0
          ? `\nThe planted flaw was found: ${stale} stale reads. Open the report in a browser to see them.\n`
          : "\nThe planted flaw was not found: please report this.\n",
      );
      process.exitCode = stale > 0 ? (finished.exitCode ?? EXIT.ok) : code === EXIT.ok ? EXIT.broken : code;
    });
}
