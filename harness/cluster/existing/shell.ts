import { spawn } from "node:child_process";

/** A command that hangs would keep a fault from being healed. */
const COMMAND_MAX_MS = 60_000;
const OUTPUT_MAX_CHARACTERS = 4_000;

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
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output: output.trim() });
    });
  });
}
