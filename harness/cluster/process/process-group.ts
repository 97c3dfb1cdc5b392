import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { kill } from "node:process";
import { promisify } from "node:util";

/** State letters of `ps` (R, S, T, …) of the processes of a group that have not ended. */
export async function groupStates(group: number): Promise<readonly string[]> {
  const states = existsSync("/proc/self/stat") ? await statesOnLinux(group) : await statesByPs(group);
  // A zombie has ended; somebody only has to hear of it.
  return states.filter((state) => state !== "Z" && state !== "X");
}

async function statesOnLinux(group: number): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
      // The name, in parentheses, may hold anything; state, parent and group follow it.
      const [state = "", , own] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(own) === group ? [state] : [];
    }),
  );
  return found.flat();
}

async function statesByPs(group: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pgid=,stat="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([own, state]) => (Number(own) === group && state !== undefined ? [state.charAt(0)] : []));
}

/** Sends a signal to every process of a group; harmless if there is none. */
export function signalGroup(group: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
  try {
    kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
