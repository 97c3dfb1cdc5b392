import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** What the label `OWNER_LABEL` says: the harness process that made a thing, and when it started. */
export const OWNER_LABEL = "riftcheck.owner";

/** Names the owner, to a control process that somebody else started in a container. */
export const OWNER_VARIABLE = "RIFTCHECK_OWNER";

export const thisOwner = (): string =>
  process.env[OWNER_VARIABLE] ?? [hostname(), process.pid, startTimeOf(process.pid) ?? ""].join("/");

/** Whether the process that made a thing still runs. One of another machine counts as running: nobody here can tell. */
export function ownerLives(owner: string | undefined): boolean {
  if (owner === undefined) return false;
  const [host, pid, startTime] = owner.split("/");
  if (host !== hostname()) return true;
  const now = startTimeOf(Number(pid));
  return now === undefined ? answersSignals(Number(pid)) && startTime === "" : now === startTime;
}

/** Clock ticks since boot at which a process started (field 22 of `/proc/<pid>/stat`): tells a process from its successor. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** For systems without `/proc`. */
function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
