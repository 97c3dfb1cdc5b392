import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { stderr, stdout } from "node:process";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import { EXIT, HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { copyInto } from "../../cluster/docker/copy-into.ts";
import { BUILD_SILENCE_MAX_MS, connectEngine } from "../../cluster/docker/engine.ts";
import { ensureImage } from "../../cluster/docker/images.ts";
import { labelsOf, nameOf } from "../../cluster/docker/labels.ts";
import { CONTROL_CONTAINER } from "../../cluster/docker/network.ts";
import { OWNER_VARIABLE, thisOwner } from "../../cluster/docker/owner.ts";
import { COMMAND_NAME, RUN_COMMAND } from "../command-name.ts";
import { findTarget, isModule } from "../find-target.ts";
import { HOME, USER_CODE } from "../home-made-image.ts";
import { inContainers } from "../home-made.ts";
import type { Terminal } from "../terminal.ts";
import { CONTROL_COMMAND, controlImage } from "./image.ts";

/** Where the run folders are made in there. */
const RUNS = "/run-folders";
/** Where an engine has its socket, on its own machine. */
const SOCKET = "/var/run/docker.sock";
/** Waiting for a run to end is one silent call: no run is longer. */
const RUN_MAX_MS = 7 * 24 * 3_600_000;
/** Options that name files of this machine. */
const FILES_HERE = ["--summary", "--cluster"];

export interface ControlRequest {
  /** Words of the command line, from the command on. */
  readonly argv: readonly string[];
  /** The target as the user named it. */
  readonly target: string;
  /** Where the user wants the run folders; undefined: the command makes none. */
  readonly out: string | undefined;
  readonly options: unknown;
  readonly nodes: readonly string[];
  readonly terminal: Terminal;
}

/**
 * Does the same command in a container, which joins the run's network, and brings the run folders here. Its output and
 * signals pass through. @returns its exit code @throws HarnessError `usage`, `docker-unreachable`, `image-build-failed`
 */
export async function runInContainer(request: ControlRequest): Promise<number> {
  const unable = FILES_HERE.find((flag) => request.argv.some((word) => word.split("=")[0] === flag));
  if (unable !== undefined)
    throw new HarnessError(
      "usage",
      `${unable} is not possible where the control process runs in a container`,
    );
  const { terminal, out } = request;
  terminal.step("containers cannot be reached from here: the run is controlled from a container");
  const engine = await connectEngine(RUN_MAX_MS);
  const image = await prepareImages(await connectEngine(BUILD_SILENCE_MAX_MS), request);
  const run = `control-${randomUUID().slice(0, 8)}`;
  const name = nameOf(run);
  const container = await engine.createContainer({
    name,
    Image: image,
    Cmd: [...CONTROL_COMMAND, ...rewritten(request)],
    Env: [
      "RIFTCHECK_CONTROL=here",
      `${CONTROL_CONTAINER}=${name}`,
      `${OWNER_VARIABLE}=${thisOwner()}`,
      `RIFTCHECK_COMMAND=${COMMAND_NAME}`,
      `${RUN_COMMAND}=${[COMMAND_NAME, ...request.argv].join(" ")}`,
      "NO_COLOR=1",
    ],
    Labels: labelsOf(run),
    HostConfig: { Binds: [`${SOCKET}:${SOCKET}`] },
  });
  try {
    await copyUserCode(container, request.target);
    const code = await follow(container, out);
    if (out !== undefined) await fetchRuns(container, out);
    return code;
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** All images are made from here: the control process has neither the files nor the rights for all of them. */
async function prepareImages(engine: Docker, request: ControlRequest): Promise<string> {
  const patience = { progress: (text: string): void => request.terminal.step(text) };
  const module = isModule(request.target) ? resolve(request.target) : undefined;
  const target: Target = inContainers(await findTarget(request.target), module, "control");
  const places = request.nodes.map((node, i) => ({ node, host: `10.64.0.${11 + i}`, ports: {} }));
  const plan = target.environments.docker?.(request.options, places);
  await ensureImage(engine, { folder: "pod" }, patience);
  if (plan !== undefined)
    for (const { image = plan.image } of plan.nodes) await ensureImage(engine, image, patience);
  return (await ensureImage(engine, controlImage(), patience)).name;
}

/** The same words, with the places of files as they are in the container. */
function rewritten({ argv, target, out }: ControlRequest): string[] {
  const words = argv.flatMap((word, i) => {
    if (word === "--out" || word.startsWith("--out=") || argv[i - 1] === "--out") return [];
    return [word === target && isModule(target) ? insideOf(target) : word];
  });
  return out === undefined ? words : [...words, "--out", RUNS];
}

/** A module's folder goes in whole, under its own name: images are named after it. */
const userFolderOf = (module: string): string => `${HOME}/${USER_CODE}/${basename(dirname(resolve(module)))}`;
const insideOf = (module: string): string => `${userFolderOf(module)}/${basename(module)}`;

async function copyUserCode(container: Docker.Container, target: string): Promise<void> {
  if (isModule(target)) await copyInto(container, { [userFolderOf(target)]: dirname(resolve(target)) });
}

/** Passes output here and signals there until it ends. */
async function follow(container: Docker.Container, out: string | undefined): Promise<number> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const here = out ?? "";
  const translated = (write: (text: string) => unknown) => ({
    write: (bytes: Buffer) => write(bytes.toString("utf8").replaceAll(RUNS, here)),
  });
  container.modem.demuxStream(
    stream,
    translated((text) => stdout.write(text)) as NodeJS.WritableStream,
    translated((text) => stderr.write(text)) as NodeJS.WritableStream,
  );
  const pass = (signal: NodeJS.Signals) => (): void => {
    container.kill({ signal }).catch(() => undefined);
  };
  const signals = (["SIGINT", "SIGTERM"] as const).map((signal) => [signal, pass(signal)] as const);
  for (const [signal, handler] of signals) process.on(signal, handler);
  try {
    const ended = new Promise<void>((done) => {
      stream.once("end", done).once("close", done);
    });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    await ended;
    return StatusCode;
  } finally {
    for (const [signal, handler] of signals) process.off(signal, handler);
  }
}

/** Unpacks the run folders into `out`. */
async function fetchRuns(container: Docker.Container, out: string): Promise<void> {
  const archive = await container.getArchive({ path: RUNS }).catch(() => undefined);
  // It ended before it made one.
  if (archive === undefined) return;
  if (!existsSync(out)) mkdirSync(out, { recursive: true });
  const tar = spawn("tar", ["-x", "-C", join(out), "--strip-components=1", "--no-same-owner"], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((done, reject) => {
    tar.once("error", reject).once("close", done);
  });
  await pipeline(archive, tar.stdin);
  if ((await ended) !== EXIT.ok)
    throw new HarnessError("setup-failed", `the run folders could not be unpacked into ${out}`);
}
