/**
 * One node of a home-made store as a process of its own: `node harness/node-main.ts '{"module": …, "target": …, …}'`. riftcheck
 * starts it in containers; nobody else has to.
 */
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { z } from "zod";
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

const command = commandSchema.parse(JSON.parse(argv[2] ?? "null"));
const exported = (await import(pathToFileURL(command.module).href)) as Record<string, unknown>;
const isTarget = (value: unknown): value is Target =>
  typeof value === "object" && value !== null && "createClient" in value && "name" in value;
const target = Object.values(exported).find((value) => isTarget(value) && value.name === command.target);
if (!isTarget(target)) throw new Error(`${command.module} exports no target ${command.target}`);
const plan = target.environments.sim?.(target.options.parse(command.options));
if (plan === undefined) throw new Error(`${command.target} is no home-made store`);
runRealNode(plan, command);
