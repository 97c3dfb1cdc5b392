import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT } from "#core/errors";
import { colours } from "./colours.ts";
import { canRun, diagnose, renderFindings } from "./doctor.ts";

/** `riftcheck doctor`: names every missing piece with the command that mends it. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("look for everything riftcheck needs, and say how to mend what is missing")
    .action(async () => {
      const findings = await diagnose();
      stdout.write(renderFindings(findings, colours(stdout)));
      process.exitCode = canRun(findings) ? EXIT.ok : EXIT.setup;
    });
}
