import { argv, stderr } from "node:process";
import { Command, CommanderError } from "commander";
import { EXIT } from "#core/errors";
import { checkCommand, reportCommand } from "./check.ts";
import { cleanCommand } from "./clean.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor-command.ts";
import { describeError } from "./exit-code.ts";
import { listCommand } from "./list.ts";
import { runCommand } from "./run.ts";
import { VERSION } from "./version.ts";

const words = argv.slice(2);
const program = new Command("riftcheck")
  .description("Find out what a replicated store really guarantees: break it, record it, prove it.")
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError("(--help shows what there is)");
for (const command of [
  demoCommand(),
  runCommand(words),
  checkCommand(),
  reportCommand(),
  listCommand(),
  doctorCommand(),
  cleanCommand(),
]) {
  program.addCommand(command.exitOverride());
}

try {
  await program.parseAsync(words, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    const { text, exitCode } = describeError(error);
    stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}
