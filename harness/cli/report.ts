import { basename, resolve } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { RunFolder } from "../store/run-folder.ts";
import { reportData } from "../../reports/data.ts";
import { CiOutput, loggable } from "./ci.ts";
import { SUMMARY_HELP } from "./summary-flag.ts";
import { judgeRun } from "./judge-run.ts";
import { writePlotPictures } from "./plot-pictures.ts";
import { ACCEPTABLE_HELP, acceptableDelayFlag } from "./acceptable-delay.ts";
import { integerFlag } from "./values.ts";

interface ReportFlags {
  readonly minOk?: string;
  readonly minDuringFault?: string;
  readonly acceptableDelay?: string;
  readonly gate?: boolean;
  readonly png?: string;
  readonly summary?: string;
}

/** `riftcheck report <run...>`: writes verdict, report and JUnit of recorded runs again. */
export function reportCommand(): Command {
  return new Command("report")
    .description("write the report of a recorded run again")
    .argument("<run...>", "run folders")
    .option(
      "--min-ok <n>",
      "successful operations below which the verdict is unknown (default: as the run was told)",
    )
    .option(
      "--min-during-fault <n>",
      "operations that end during each fault, below which it is unknown too (default: as the run was told)",
    )
    .option("--gate", "alarms of metrics are failures in its JUnit")
    .option("--png <folder>", "also write the main plots as PNG into this folder; needs Chromium")
    .option("--summary <file>", SUMMARY_HELP)
    .option("--acceptable-delay <duration>", `${ACCEPTABLE_HELP} (default: as the run was told)`)
    .action(async (runs: string[], flags: ReportFlags) => {
      const ci = new CiOutput({ summary: flags.summary, json: false });
      const acceptableDelay = acceptableDelayFlag(flags.acceptableDelay);
      for (const path of runs) {
        const folder = RunFolder.open(path);
        const asked = {
          minOk: flags.minOk === undefined ? undefined : integerFlag("--min-ok", flags.minOk, 0),
          minDuringFault:
            flags.minDuringFault === undefined
              ? undefined
              : integerFlag("--min-during-fault", flags.minDuringFault, 0),
          gate: flags.gate === true,
        };
        const recorded = folder.readRecord();
        const record = acceptableDelay === undefined ? recorded : { ...recorded, acceptableDelay };
        const judged = await judgeRun(folder, record, asked);
        const { verdict, history, record: run } = judged;
        const { metrics } = judged.metrics;
        ci.add({ verdict, run, history, metrics }, asked.gate);
        stdout.write(loggable(`${folder.file("report")}  ${verdict.summary}\n`, false));
        if (flags.png !== undefined) {
          const prefix = runs.length === 1 ? "" : `${basename(resolve(path))}-`;
          const pictures = await writePlotPictures(reportData({ run, verdict, history }), flags.png, prefix);
          stdout.write(pictures.length === 0 ? "nothing to plot\n" : `${pictures.join("\n")}\n`);
        }
      }
      ci.write();
    });
}
