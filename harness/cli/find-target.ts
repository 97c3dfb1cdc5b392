import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HarnessError, messageOf } from "#core/errors";
import type { Target } from "#core/target";
import { targets } from "../../targets/registry.ts";
import { composeTarget, isComposeFile } from "./compose/compose-target.ts";
import { lookUp } from "./nearest.ts";

/** Whether a target is named by a file: that of its module, or a Compose file. */
export const isModule = (word: string): boolean => /\.[cm]?[jt]s$/.test(word) || isComposeFile(word);

/** A target of the registry, or one that a module of the user's exports. @throws HarnessError `unknown-name`, `usage` */
export async function findTarget(name: string): Promise<Target> {
  if (!isModule(name)) return lookUp("target", name, targets);
  if (isComposeFile(name)) return composeTarget(name);
  const path = resolve(name);
  if (!existsSync(path)) throw new HarnessError("usage", `there is no file ${name}`);
  const module = (await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new HarnessError("usage", `${name} cannot be loaded: ${messageOf(cause)}`, { cause });
  })) as { target?: Target };
  if (module.target === undefined) throw new HarnessError("usage", `${name} does not export \`target\``);
  return module.target;
}
