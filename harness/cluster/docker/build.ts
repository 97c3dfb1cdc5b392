import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";
import { IMAGE_LABEL_VALUE, LABEL } from "./labels.ts";

/** How much of a failed build a person needs to see. */
const TAIL_LINES = 20;

/** What everything that takes long is given. */
export interface Patience {
  /** Told of each step. */
  readonly progress: (message: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** One message of the engine while it builds, pulls or imports. */
interface EngineMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

/**
 * Reads the engine's messages to their end. The engine ends a failed build like a good one, but for a message with
 * `error`. @throws Error with that message and the last lines before it.
 */
export async function follow(
  messages: AsyncIterable<unknown>,
  progress?: Patience["progress"],
): Promise<void> {
  const tail: string[] = [];
  let failure: string | undefined;
  for await (const message of jsonLines(messages)) {
    failure ??= message.error;
    for (const line of (message.stream ?? message.status ?? "").split("\n")) {
      if (line.trim() === "") continue;
      tail.push(line.trimEnd());
      if (tail.length > TAIL_LINES) tail.shift();
      if (/^Step \d+/.test(line)) progress?.(line.trim());
    }
  }
  if (failure !== undefined) throw new Error([...tail, failure].join("\n"));
}

async function* jsonLines(chunks: AsyncIterable<unknown>): AsyncGenerator<EngineMessage> {
  let text = "";
  for await (const chunk of chunks) {
    text += String(chunk);
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as EngineMessage;
  }
  if (text.trim() !== "") yield JSON.parse(text) as EngineMessage;
}

export interface Build {
  /** Folder with the Dockerfile, and the names in it that the build may use. */
  readonly context: string;
  readonly files: readonly string[];
  readonly tag: string;
  readonly base: string;
}

/**
 * Builds an image on `base` with the engine's classic builder. Builds use the host's network, where name servers,
 * proxies and routes work as they do for the user. @throws HarnessError `image-build-failed` with the last lines.
 */
export async function buildImage(
  engine: Docker,
  build: Build,
  { progress, signal }: Patience,
): Promise<void> {
  try {
    const messages = await engine.buildImage(
      { context: build.context, src: [...build.files] },
      {
        t: build.tag,
        networkmode: "host",
        buildargs: { BASE: build.base, ...proxies() },
        labels: { [LABEL]: IMAGE_LABEL_VALUE },
        rm: true,
        forcerm: true,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      },
    );
    await follow(messages, (line) => progress(`${build.tag}: ${line}`));
  } catch (cause) {
    throw new HarnessError("image-build-failed", `building ${build.tag} failed:\n${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Build arguments that every Dockerfile knows and that Docker leaves out of the image and its history. */
function proxies(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
