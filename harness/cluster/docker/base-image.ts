import { execFile, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";
import { buildImage, follow, type Patience } from "./build.ts";
import { inspectImage } from "./image.ts";
import { IMAGE_LABEL_VALUE, LABEL } from "./labels.ts";
import { unlessAlready } from "./replies.ts";

const REGISTRY_IMAGE = "debian:bookworm-slim";
/** A registry that is reachable answers within seconds; without one, machines without a network should not wait long. */
const REGISTRY_ANSWER_MAX_MS = 10_000;
/** Lines of debootstrap's output that explain a failure. */
const TAIL_LINES = 20;

const REPOSITORY = "riftcheck/base";
const MADE_FROM = ["base.sh", "machine-settings.sh", "base/Dockerfile"];

/** The base image's name: its tag is a hash of the scripts that make it. */
export function baseTag(dockerFolder: string): string {
  const hash = createHash("sha256");
  for (const file of MADE_FROM) hash.update(readFileSync(join(dockerFolder, file)));
  return `${REPOSITORY}:${hash.digest("hex").slice(0, 12)}`;
}

/**
 * The image that all others are built on: Debian's from the registry with this machine's package settings, or the same
 * made by debootstrap where no registry answers. @returns its name. @throws HarnessError `image-build-failed`
 */
export async function ensureBase(engine: Docker, dockerFolder: string, patience: Patience): Promise<string> {
  const tag = baseTag(dockerFolder);
  if ((await inspectImage(engine, tag)) !== undefined) return tag;
  if (await registryImageThere(engine, patience))
    await buildOnRegistryImage(engine, dockerFolder, tag, patience);
  else await bootstrap(engine, dockerFolder, tag, patience);
  return tag;
}

async function registryImageThere(engine: Docker, patience: Patience): Promise<boolean> {
  if ((await inspectImage(engine, REGISTRY_IMAGE)) !== undefined) return true;
  patience.progress(`pulling ${REGISTRY_IMAGE}`);
  const answer = new AbortController();
  const timer = setTimeout(() => answer.abort(), REGISTRY_ANSWER_MAX_MS);
  try {
    const messages = await engine.pull(REGISTRY_IMAGE, { abortSignal: answer.signal });
    clearTimeout(timer);
    await follow(messages);
    return true;
  } catch (error) {
    patience.progress(
      `no registry answers (${messageOf(error).trim()}): making the base image with debootstrap`,
    );
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function buildOnRegistryImage(
  engine: Docker,
  dockerFolder: string,
  tag: string,
  patience: Patience,
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), "riftcheck-base-"));
  try {
    copyFileSync(join(dockerFolder, "base", "Dockerfile"), join(context, "Dockerfile"));
    const settings = join(context, "settings");
    mkdirSync(settings);
    const run = promisify(execFile);
    await run("sh", [join(dockerFolder, "machine-settings.sh"), settings]);
    await run("tar", ["--owner=0", "--group=0", "-C", settings, "-cf", join(context, "settings.tar"), "."]);
    const files = ["Dockerfile", "settings.tar"];
    await buildImage(engine, { context, files, tag, base: REGISTRY_IMAGE }, patience);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function bootstrap(
  engine: Docker,
  dockerFolder: string,
  tag: string,
  patience: Patience,
): Promise<void> {
  patience.progress(`building image ${tag} with debootstrap (about half a minute)`);
  const script = spawn("sh", [join(dockerFolder, "base.sh")], {
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: ending it ends debootstrap too.
    detached: true,
  });
  const stop = () => void (script.pid !== undefined && process.kill(-script.pid, "SIGTERM"));
  patience.signal?.addEventListener("abort", stop);
  if (patience.signal?.aborted) stop();
  const tail: string[] = [];
  script.stderr.setEncoding("utf8").on("data", (text: string) => {
    tail.push(...text.split("\n").filter((line) => line.trim() !== ""));
    tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    script.once("error", reject);
    script.once("close", resolve);
  });
  // Imported under a passing name: a script that fails half-way still leaves a complete image of half a system.
  const passing = `unfinished-${randomUUID()}`;
  const changes = `LABEL ${LABEL}=${IMAGE_LABEL_VALUE}`;
  const imported = engine
    .importImage(script.stdout, { repo: REPOSITORY, tag: passing, changes })
    .then((messages) => follow(messages));
  const [code, result] = await Promise.allSettled([ended, imported]);
  patience.signal?.removeEventListener("abort", stop);
  const failure = failureOf(code, result);
  const image = engine.getImage(`${REPOSITORY}:${passing}`);
  if (failure === undefined) await image.tag({ repo: REPOSITORY, tag: tag.slice(REPOSITORY.length + 1) });
  await unlessAlready(image.remove(), 404);
  if (failure === undefined) return;
  const words = [...tail, failure].join("\n");
  throw new HarnessError("image-build-failed", `making the base image failed:\n${words}`);
}

function failureOf(
  code: PromiseSettledResult<number | null>,
  imported: PromiseSettledResult<void>,
): string | undefined {
  if (code.status === "rejected") return messageOf(code.reason);
  if (code.value !== 0) return `docker/base.sh ended with ${code.value}`;
  return imported.status === "rejected" ? messageOf(imported.reason) : undefined;
}
