import { Command } from "commander";
import { FORMAT_NAMES } from "../history/importers/format-names.ts";
import { ACCEPTABLE_HELP } from "./acceptable-delay.ts";
import type { CheckFlags } from "./check-files.ts";
import { poolFor, sizeOf, warmFor } from "./judging-pool.ts";
import { limitsOf } from "./limit-flags.ts";
import { ANOMALIES_HELP } from "./text-options.ts";
import { SUMMARY_HELP } from "./summary-flag.ts";

/** `riftcheck check <history...>`: judges recorded histories, or the history of a run folder. */
export function checkCommand(): Command {
  return new Command("check")
    .description("judge recorded histories of any known format, or run folders")
    .argument("<history...>", "history files or run folders")
    .option("--expect <models>", "what must hold: model,model=may-break,model=breaks or none")
    .option("--model <models>", "judge only these models, and expect them")
    .option(
      "--timeout <duration>",
      "most time to judge a history: what is not decided then is unknown (default: a minute and more for each search)",
    )
    .option(
      "--max-memory <size>",
      "most memory of the whole process, such as 2GB: what needs more is unknown (default: three quarters of what is free)",
    )
    .option("--workers <n>", "checkers at once (default: as many as there are cores)")
    .option("--format <name>", `auto, or one of ${FORMAT_NAMES.join(", ")}`)
    .option("--map <mapping>", "what the columns of a table hold: column=field,… or a JSON file")
    .option("--failed-cas <meaning>", "a failed compare-and-set is an observation, or a failure like others")
    .option("--acceptable-delay <duration>", `${ACCEPTABLE_HELP} (default: 5s)`)
    .option("--anomalies <n>", ANOMALIES_HELP)
    .option("--report <folder>", "write a report of each history into this folder")
    .option("--summary <file>", SUMMARY_HELP)
    .option("--json", "print one JSON document per line")
    .action(async (files: string[], flags: CheckFlags) => {
      const limits = limitsOf(flags);
      await using pool = poolFor(limits);
      // The workers load on other cores while this thread does.
      warmFor(pool, sizeOf(files[0] ?? ""));
      const { checkFiles } = await import("./check-files.ts");
      process.exitCode = await checkFiles(files, flags, { limits, pool });
    });
}
