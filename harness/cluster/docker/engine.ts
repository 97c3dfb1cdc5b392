import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";

/** Calls on containers and networks take well under a second; a loaded machine may take many. */
const SILENCE_MAX_MS = 60_000;
/** A step of an image build may download for long without a word. */
export const BUILD_SILENCE_MAX_MS = 600_000;
/** An engine that is there answers a ping at once; ssh takes a moment to log in. */
const PING_MAX_MS = 10_000;

/** How the engine is reached: what `DOCKER_HOST`, else the Docker context in force, says. */
export interface EngineAddress {
  /** As in `DOCKER_HOST`; `undefined`: the platform's default socket. */
  readonly host: string | undefined;
  /** Folder with ca.pem, cert.pem and key.pem, if the address needs them. */
  readonly certificates: string | undefined;
  /** For messages: where the address comes from. */
  readonly from: string;
}

/** The engine's address by the rules of the `docker` command: DOCKER_HOST, DOCKER_CONTEXT, the current context. */
export function engineAddress(
  environment: Readonly<Record<string, string | undefined>>,
  configFolder: string,
): EngineAddress {
  const host = environment["DOCKER_HOST"];
  if (host !== undefined && host !== "")
    return { host, certificates: environment["DOCKER_CERT_PATH"], from: "DOCKER_HOST" };
  const context = environment["DOCKER_CONTEXT"] || currentContext(configFolder);
  if (context === undefined || context === "default")
    return { host: undefined, certificates: undefined, from: "the default socket" };
  return contextAddress(context, configFolder);
}

function currentContext(configFolder: string): string | undefined {
  const file = join(configFolder, "config.json");
  if (!existsSync(file)) return undefined;
  const config = JSON.parse(readFileSync(file, "utf8")) as { currentContext?: string };
  return config.currentContext || undefined;
}

/** Docker keeps a context under the SHA-256 of its name. */
function contextAddress(context: string, configFolder: string): EngineAddress {
  const id = createHash("sha256").update(context).digest("hex");
  const file = join(configFolder, "contexts", "meta", id, "meta.json");
  if (!existsSync(file)) throw unreachable(`Docker context "${context}" does not exist`, "docker context ls");
  const meta = JSON.parse(readFileSync(file, "utf8")) as { Endpoints?: { docker?: { Host?: string } } };
  const certificates = join(configFolder, "contexts", "tls", id, "docker");
  return {
    host: meta.Endpoints?.docker?.Host,
    certificates: existsSync(certificates) ? certificates : undefined,
    from: `Docker context "${context}"`,
  };
}

/**
 * Connects to the engine and confirms that it answers. A call that is silent for longer than `silenceMaxMs` is given up.
 * @throws HarnessError `docker-unreachable` with what helps
 */
export async function connectEngine(silenceMaxMs = SILENCE_MAX_MS): Promise<Docker> {
  const address = currentAddress();
  const { default: Engine } = await import("dockerode");
  try {
    const options = connectionOptions(address);
    await new Engine({ ...options, timeout: PING_MAX_MS }).ping();
    return new Engine({ ...options, timeout: silenceMaxMs });
  } catch (cause) {
    throw explain(cause, address);
  }
}

export type DockerStatus =
  | { readonly reachable: true; readonly version: string; readonly from: string }
  | { readonly reachable: false; readonly message: string; readonly hint: string | undefined };

/** For `doctor`: whether containers can be started here, and if not, the line that helps. */
export async function dockerStatus(): Promise<DockerStatus> {
  try {
    const engine = await connectEngine();
    const { Version } = (await engine.version()) as { Version: string };
    return { reachable: true, version: Version, from: currentAddress().from };
  } catch (error) {
    const hint = error instanceof HarnessError ? error.hint : undefined;
    return { reachable: false, message: messageOf(error), hint };
  }
}

const currentAddress = (): EngineAddress =>
  engineAddress(process.env, process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"));

function connectionOptions(address: EngineAddress): Docker.DockerOptions {
  if (address.host === undefined) return {};
  if (!address.host.includes("//")) return connectionOptions({ ...address, host: `tcp://${address.host}` });
  const url = new URL(address.host);
  if (url.protocol === "unix:" || url.protocol === "npipe:") return { socketPath: url.pathname };
  if (url.protocol === "ssh:") {
    const agent = process.env["SSH_AUTH_SOCK"];
    return {
      protocol: "ssh",
      host: url.hostname,
      port: url.port || 22,
      username: url.username,
      ...(agent === undefined ? {} : { sshOptions: { agent } }),
    };
  }
  const secure = address.certificates !== undefined;
  return { protocol: secure ? "https" : "http", host: url.hostname, port: url.port, ...keys(address) };
}

function keys(address: EngineAddress): Pick<Docker.DockerOptions, "ca" | "cert" | "key"> {
  const folder = address.certificates;
  if (folder === undefined) return {};
  const read = (name: string) => readFileSync(join(folder, name));
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

function explain(cause: unknown, address: EngineAddress): HarnessError {
  const code = (cause as { code?: unknown }).code;
  const where = address.host === undefined ? "" : ` at ${address.host}`;
  if (code === "EACCES")
    return unreachable(
      `no permission to talk to Docker${where}`,
      'sudo usermod -aG docker "$USER" and log in again, or run as root',
      cause,
    );
  if (code === "ENOENT" || code === "ECONNREFUSED")
    return unreachable(
      `Docker does not answer${where} (${address.from})`,
      "start it (sudo systemctl start docker), or install it (sudo apt-get install -y docker.io); without Docker: riftcheck demo",
      cause,
    );
  return unreachable(
    `Docker does not answer${where} (${address.from}): ${messageOf(cause)}`,
    undefined,
    cause,
  );
}

function unreachable(message: string, hint: string | undefined, cause?: unknown): HarnessError {
  return new HarnessError("docker-unreachable", message, { cause, ...(hint === undefined ? {} : { hint }) });
}
