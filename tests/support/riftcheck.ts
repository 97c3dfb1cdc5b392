import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export const MAIN = new URL("../../harness/cli/main.ts", import.meta.url).pathname;

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command as a user would, under the runtime of the test. `flags`: of the runtime. */
export function startRiftcheck(args: readonly string[], flags: readonly string[] = []) {
  return execa(process.execPath, [...flags, MAIN, ...args], { reject: false, env: { NO_COLOR: "1" } });
}

/** Runs the command to its end. */
export async function riftcheck(args: readonly string[]): Promise<CommandResult> {
  const { exitCode, stdout, stderr } = await startRiftcheck(args);
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

/** A folder of its own for one test, gone afterwards. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "riftcheck-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
