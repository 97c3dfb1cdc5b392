import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/** A command that hangs would keep a fault from being healed. */
const COMMAND_MAX_MS = 60_000;
const OUTPUT_MAX_CHARACTERS = 4_000;
/** What a command said last arrives within this of its end; what it leaves behind may keep its output open for ever. */
const LAST_WORDS_MS = 500;

export interface CommandResult {
  /** Null: it was ended because it took too long. */
  readonly code: number | null;
  /** What it said, stderr and stdout as they came, or the end of it. */
  readonly output: string;
}

/** Runs a command of the user's by `sh -c`, with variables beside those of this process. Never rejects for what it does. */
export function runShell(
  command: string,
  variables: Readonly<Record<string, string>>,
  outputMax = OUTPUT_MAX_CHARACTERS,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", command], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...variables },
      // A process group of its own: Ctrl-C is for riftcheck, which then heals by such commands.
      detached: true,
    });
    let output = "";
    const take = (text: string): void => {
      output = (output + text).slice(-outputMax);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, COMMAND_MAX_MS);
    let lastWords: NodeJS.Timeout | undefined;
    const ended = (code: number | null): void => {
      clearTimeout(timer);
      clearTimeout(lastWords);
      // Read on, so that a server that was left behind can write; but it keeps nobody from ending.
      for (const stream of [child.stdout, child.stderr]) (stream as Partial<Socket>).unref?.();
      resolve({ code, output: output.trim() });
    };
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      lastWords = setTimeout(() => ended(code), LAST_WORDS_MS);
    });
    child.once("close", ended);
  });
}
