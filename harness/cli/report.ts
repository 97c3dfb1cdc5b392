import { stdout } from "node:process";
import { Command } from "commander";
import { RunFolder } from "../store/run-folder.ts";
import { judgeRun } from "./judge-run.ts";
import { ACCEPTABLE_HELP, acceptableDelayFlag } from "./acceptable-delay.ts";
import { integerFlag } from "./values.ts";

interface ReportFlags {
  readonly minOk: string;
  readonly minDuringFault: string;
  readonly acceptableDelay?: string;
}

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
    .option("--acceptable-delay <duration>", `${ACCEPTABLE_HELP} (default: as the run was told)`)
    .action(async (runs: string[], flags: ReportFlags) => {
      const acceptableDelay = acceptableDelayFlag(flags.acceptableDelay);
      for (const path of runs) {
        const folder = RunFolder.open(path);
        const minimum = {
          minOk: integerFlag("--min-ok", flags.minOk, 0),
          minDuringFault: integerFlag("--min-during-fault", flags.minDuringFault, 0),
        };
        const recorded = folder.readRecord();
        const record = acceptableDelay === undefined ? recorded : { ...recorded, acceptableDelay };
        const { verdict } = await judgeRun(folder, record, minimum);
        stdout.write(`${folder.file("report")}  ${verdict.summary}\n`);
      }
    });
}
