import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";
import type { ImagePlan } from "#core/target";
import { baseTag, ensureBase } from "./base-image.ts";
import { BuildContext, filesUnder } from "./build-context.ts";
import { buildImage, follow, type Patience } from "./build.ts";
import { type Image, inspectImage, mustInspectImage } from "./image.ts";

/** Where the Dockerfiles are. */
const DOCKER_FOLDER = fileURLToPath(new URL("../../../docker/", import.meta.url));

/**
 * The image of a plan: the one the user named, pulled if it is not there; else one built from `docker/<folder>` on first
 * use, whose tag is a hash of all that goes into it.
 */
export async function ensureImage(engine: Docker, plan: ImagePlan, patience: Patience): Promise<Image> {
  if (plan.name !== undefined) return ensureNamed(engine, plan.name, patience);
  const sources = sourcesOf(plan);
  const tag = tagOf(plan);
  const present = await inspectImage(engine, tag);
  if (present !== undefined) return present;
  const base =
    plan.on === undefined
      ? await ensureBase(engine, DOCKER_FOLDER, patience)
      : (await ensureImage(engine, plan.on, patience)).name;
  patience.progress(`building image ${tag}`);
  using context = new BuildContext(sources);
  await buildImage(engine, { context: context.folder, files: context.names, tag, base }, patience);
  return mustInspectImage(engine, tag);
}

/** The name of an image that is built here: its tag changes with what it is built on and with every file that goes into it. */
export function tagOf(plan: ImagePlan): string {
  if (plan.name !== undefined) return plan.name;
  const base = plan.on === undefined ? baseTag(DOCKER_FOLDER) : tagOf(plan.on);
  return `riftcheck/${repositoryOf(plan.folder)}:${hashOf(base, sourcesOf(plan))}`;
}

/** A folder of the user's own lends its name and that of the one around it, which tells whose server it is. */
function repositoryOf(folder: string): string {
  if (!isAbsolute(folder)) return folder;
  const words = `${basename(dirname(folder))}-${basename(folder)}`.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return ["own", ...words].join("-");
}

function sourcesOf(plan: ImagePlan): Readonly<Record<string, string>> {
  const isOwn = isAbsolute(plan.folder);
  const folder = isOwn ? plan.folder : join(DOCKER_FOLDER, plan.folder);
  if (!existsSync(join(folder, "Dockerfile")))
    throw new HarnessError(
      isOwn ? "usage" : "setup-failed",
      `there is no ${isOwn ? plan.folder : `docker/${plan.folder}`}/Dockerfile`,
    );
  return {
    ...Object.fromEntries(readdirSync(folder).map((name) => [name, join(folder, name)])),
    ...plan.files,
  };
}

async function ensureNamed(engine: Docker, name: string, patience: Patience): Promise<Image> {
  const present = await inspectImage(engine, name);
  if (present !== undefined) return present;
  patience.progress(`pulling image ${name}`);
  try {
    await follow(await engine.pull(name));
  } catch (cause) {
    const message = `image ${name} is not here and cannot be pulled: ${messageOf(cause)}`;
    throw new HarnessError("setup-failed", message, { cause });
  }
  return mustInspectImage(engine, name);
}

function hashOf(base: string, sources: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(base);
  for (const [name, path] of Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const file of filesUnder(path))
      hash.update(`\0${name}/${relative(path, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
