import { argv, exit, stderr, stdout } from "node:process";
import { Command, CommanderError } from "commander";
import { EXIT } from "#core/errors";
import { describeError } from "./exit-code.ts";
import { VERSION } from "./version.ts";

const words = argv.slice(2);

/** Loaded when asked for: a command waits for the modules of its own only. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("./demo.ts")).demoCommand(),
  run: async () => await (await import("./run.ts")).runCommand(words),
  check: async () => (await import("./check.ts")).checkCommand(),
  hunt: async () => await (await import("./hunt.ts")).huntCommand(words),
  shrink: async () => (await import("./shrink.ts")).shrinkCommand(),
  replay: async () => await (await import("./replay.ts")).replayCommand(words),
  selftest: async () => (await import("./selftest.ts")).selftestCommand(),
  experiment: async () => (await import("./experiment.ts")).experimentCommand(),
  "test-target": async () => await (await import("./test-target.ts")).testTargetCommand(words),
  init: async () => (await import("./init.ts")).initCommand(),
  report: async () => (await import("./report.ts")).reportCommand(),
  show: async () => (await import("./show.ts")).showCommand(),
  list: async () => (await import("./list.ts")).listCommand(),
  doctor: async () => (await import("./doctor-command.ts")).doctorCommand(),
  clean: async () => (await import("./clean.ts")).cleanCommand(),
};

const program = new Command("riftcheck")
  .description("Find out what a replicated store really guarantees: break it, record it, prove it.")
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError("(--help shows what there is)");

async function addCommands(): Promise<void> {
  const asked = COMMANDS[words[0] ?? ""];
  const wanted = asked === undefined && words[0] !== "--version" ? Object.values(COMMANDS) : [asked];
  for (const load of wanted) if (load !== undefined) program.addCommand((await load()).exitOverride());
}

// `riftcheck list faults | head` closes the pipe early: that is no error.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  exit();
});

try {
  await addCommands();
  await program.parseAsync(words, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    const { text, exitCode } = describeError(error);
    stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}
