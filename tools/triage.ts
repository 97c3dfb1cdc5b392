/**
 * How often triage names the fault and the node that a simulated run's anomalies are due to: `node tools/triage.ts [runs]
 * [--decoy]`. Runs whose anomalies do not need the fault are left out and drawn again. `--decoy`: with a second fault that by
 * itself brings nothing about.
 */
import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type CausedRun, causedRun, isNamed } from "../tests/support/caused-runs.ts";

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { decoy: { type: "boolean", default: false } },
});
const wanted = Number(positionals[0] ?? 200);
const runs: CausedRun[] = [];
let drawn = 0;
while (runs.length < wanted) {
  const run = await causedRun(drawn++, values.decoy);
  if (run === undefined) continue;
  runs.push(run);
  if (!isNamed(run)) {
    const { number, fault, node, preset, workload, causes } = run;
    stdout.write(`${number}: ${fault} of ${node}, ${preset}, ${workload}: ${causes[0]?.sentence ?? ""}\n`);
  }
}
const named = runs.filter(isNamed).length;
stdout.write(
  `${named} of ${runs.length} named (${((100 * named) / runs.length).toFixed(1)} %), ${drawn} drawn\n`,
);
for (const [what, group] of Map.groupBy(runs, ({ fault, preset }) => `${preset} ${fault}`))
  stdout.write(`  ${what}: ${group.filter(isNamed).length} of ${group.length}\n`);
