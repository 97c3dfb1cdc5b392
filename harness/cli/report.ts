import { stdout } from "node:process";
import { Command } from "commander";
import { RunFolder } from "../store/run-folder.ts";
import { judgeRun } from "./judge-run.ts";
import { integerFlag } from "./values.ts";

/** `riftcheck report <run...>`: writes verdict, report and JUnit of recorded runs again. */
export function reportCommand(): Command {
  return new Command("report")
    .description("write the report of a recorded run again")
    .argument("<run...>", "run folders")
    .option("--min-ok <n>", "successful operations below which the verdict is unknown", "100")
    .option(
      "--min-during-fault <n>",
      "operations that end during each fault, below which it is unknown too",
      "1",
    )
    .action(async (runs: string[], flags: { minOk: string; minDuringFault: string }) => {
      for (const path of runs) {
        const folder = RunFolder.open(path);
        const minimum = {
          minOk: integerFlag("--min-ok", flags.minOk, 0),
          minDuringFault: integerFlag("--min-during-fault", flags.minDuringFault, 0),
        };
        const { verdict } = await judgeRun(folder, folder.readRecord(), minimum);
        stdout.write(`${folder.file("report")}  ${verdict.summary}\n`);
      }
    });
}
