import { resolve } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT, messageOf } from "#core/errors";
import { targets } from "../../targets/registry.ts";
import { ContractBroken, type ContractCheck } from "../contract/contract.ts";
import { contractChecks } from "../contract/registry.ts";
import { startSubject } from "../contract/start-subject.ts";
import type { Subject } from "../contract/subject.ts";
import { findTarget, isModule } from "./find-target.ts";
import { Interrupt } from "./interrupt.ts";
import { addSchemaOptions, parseSchemaOptions } from "./schema-options.ts";
import { Terminal } from "./terminal.ts";
import { integerFlag } from "./values.ts";

/** `riftcheck test-target <target>`: the target's own options are flags. */
export async function testTargetCommand(argv: readonly string[]): Promise<Command> {
  const command = new Command("test-target")
    .description("start a target in containers and try what a target and its clients must keep")
    .argument(
      "<target>",
      `${Object.keys(targets).join(", ")}, the path of a module that exports \`target\`, or of a Compose file`,
    )
    .option("--nodes <n>", "how many nodes (default: the target's)")
    .option("--allow-untried", "exit with 0 also if promises could not be tried");
  const named = argv.slice(1).find((word) => Object.hasOwn(targets, word) || isModule(word));
  if (named === undefined) command.allowUnknownOption();
  else addSchemaOptions(command, (await findTarget(named)).options);
  return command.action(async (name: string, flags: Record<string, unknown>) => {
    process.exitCode = await testTarget(name, flags);
  });
}

async function testTarget(name: string, flags: Readonly<Record<string, unknown>>): Promise<number> {
  const target = await findTarget(name);
  const terminal = new Terminal();
  using interrupt = new Interrupt((text) => terminal.say(text));
  const options = parseSchemaOptions(target.options, flags);
  await using started = await startSubject({
    target,
    module: isModule(name) ? resolve(name) : undefined,
    options,
    nodes: flags["nodes"] === undefined ? undefined : integerFlag("--nodes", String(flags["nodes"]), 1),
    signal: interrupt.signal,
    onStep: (text) => terminal.step(text),
  }).catch((error: unknown) => {
    throw interrupt.during("the cluster was starting") ?? error;
  });
  const tally: Tally = { made: 0, broken: 0, untried: 0 };
  for (const check of contractChecks) {
    if (interrupt.signal.aborted) break;
    terminal.step(`trying: ${check.promise}`);
    const { mark, detail } = await attempt(check, started.subject);
    terminal.clear();
    stdout.write(`${mark}  ${check.promise}\n${detail === undefined ? "" : `${" ".repeat(9)}${detail}\n`}`);
    if (mark === BROKEN) tally.broken++;
    if (mark === UNTRIED) tally.untried++;
    if (mark !== NOT_MADE) tally.made++;
  }
  terminal.step("removing the cluster");
  if (interrupt.exitCode !== undefined) return interrupt.exitCode;
  const { text, exitCode } = conclusionOf(target.name, tally, flags["allowUntried"] === true);
  stdout.write(`\n${text}\n`);
  return exitCode;
}

/** What became of the promises that a target makes. */
export interface Tally {
  made: number;
  broken: number;
  /** Made, and nobody knows whether they are kept. */
  untried: number;
}

/** What was not tried is not kept: like every command, this one then says that nothing is proved. */
export function conclusionOf(
  name: string,
  { made, broken, untried }: Readonly<Tally>,
  allowsUntried: boolean,
): { readonly text: string; readonly exitCode: number } {
  const where = "(docs/adding-a-target.md)";
  const rest = untried === 0 ? "" : `, and ${untried} could not be tried`;
  if (broken > 0)
    return { text: `${name} breaks ${broken} of ${made} promises${rest} ${where}`, exitCode: EXIT.broken };
  if (untried === 0) return { text: `${name} keeps the contract`, exitCode: EXIT.ok };
  return {
    text: `${name} keeps ${made - untried} of ${made} promises${rest} ${where}`,
    exitCode: allowsUntried ? EXIT.ok : EXIT.unknown,
  };
}

const KEPT = "kept   ";
const BROKEN = "BROKEN ";
const UNTRIED = "untried";
const NOT_MADE = "-      ";

async function attempt(
  check: ContractCheck,
  subject: Subject,
): Promise<{ readonly mark: string; readonly detail?: string }> {
  try {
    const notTried = await check.try(subject);
    if (notTried === undefined) return { mark: KEPT };
    return { mark: notTried.is === "untried" ? UNTRIED : NOT_MADE, detail: notTried.why };
  } catch (error) {
    const detail = error instanceof ContractBroken ? error.message : `it threw: ${messageOf(error)}`;
    return { mark: BROKEN, detail };
  }
}
