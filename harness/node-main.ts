/**
 * One node of a home-made store as a process of its own: `node harness/node-main.ts '{"module": …, "target": …, …}'`. riftcheck
 * starts it in containers; nobody else has to.
 */
import process, { argv, exit, stderr } from "node:process";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { z } from "zod";
import { EXIT, HarnessError } from "#core/errors";
import type { SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { runRealNode } from "./cluster/node/real-node.ts";

const commandSchema = z.object({
  /** Path of the module that exports the target. */
  module: z.string(),
  /** The target's name. */
  target: z.string(),
  /** The target's options, validated by the target. */
  options: z.record(z.string(), z.unknown()),
  node: z.string(),
  hosts: z.record(z.string(), z.string()),
  seed: z.string(),
  epoch: z.number(),
  data: z.string(),
});

/** @throws HarnessError `usage` */
function parseCommand(text: string | undefined): z.infer<typeof commandSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text ?? "");
  } catch {
    throw new HarnessError("usage", "expected one argument, a JSON object; riftcheck itself starts this");
  }
  const { data, error } = commandSchema.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new HarnessError("usage", `field "${issue?.path.join(".")}": ${issue?.message}`);
}

/** @throws HarnessError `usage` if the module exports no such home-made store */
async function planOf({ module, target: name, options }: z.infer<typeof commandSchema>): Promise<SimPlan> {
  const exported = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  const target = Object.values(exported).find((value) => isTarget(value) && value.name === name);
  if (!isTarget(target)) throw new HarnessError("usage", `${module} exports no target ${name}`);
  const parsed = target.options.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HarnessError(
      "usage",
      `options of ${name}: field "${issue?.path.join(".")}": ${issue?.message}`,
    );
  }
  const plan = target.environments.sim?.(parsed.data);
  if (plan === undefined) throw new HarnessError("usage", `${name} is no home-made store`);
  return plan;
}

const isTarget = (value: unknown): value is Target =>
  typeof value === "object" && value !== null && "createClient" in value && "name" in value;

// The first process of a container ignores what it does not handle.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => exit(EXIT.ok));

try {
  const command = parseCommand(argv[2]);
  await runRealNode(await planOf(command), command);
} catch (error) {
  // Whole, if it is not ours: a module that cannot be loaded says where.
  const text = error instanceof HarnessError ? error.message : inspect(error);
  stderr.write(`riftcheck: node-main: ${text}\n`);
  exit(error instanceof HarnessError ? error.exitCode : EXIT.setup);
}
