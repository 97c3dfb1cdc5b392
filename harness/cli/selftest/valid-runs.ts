import type { History } from "#core/history";
import { workloads } from "../../../workloads/registry.ts";
import { parseHistory, readHistory } from "../../history/read-history.ts";
import { RunFolder } from "../../store/run-folder.ts";
import { isRunFolder } from "../../store/run-files.ts";
import { ATOMIC_KINDS } from "../../synthetic/atomic-object.ts";
import { linearizableRun } from "../../synthetic/linearizable-run.ts";
import { repliesRun } from "../../synthetic/replies-run.ts";
import { linesOf } from "../../synthetic/recording.ts";
import { unknownName } from "../nearest.ts";
import { simulatedRun } from "./simulated-run.ts";

/** A history without anomaly, and where it came from. */
export interface ValidRun {
  readonly origin: string;
  readonly history: History;
}

const OPERATIONS = 300;
const CLIENTS = 5;
const KEYS = 2;
/** Share of the operations that change something whose outcome nobody learns. */
const INDEFINITE = 0.02;

/** Logs, ids and echoes: made, for no object of theirs is atomic. */
const REPLIES = "replies";

/** Workloads whose objects the perfect store has: no logs, and no operations that work on no object. */
export const simulable = (): string[] =>
  Object.entries(workloads).flatMap(([name, { objects }]) =>
    objects.length > 0 && objects.every(({ type }) => type !== "log") ? [name] : [],
  );

/** What can be tested: workloads that can be simulated, and kinds of objects by their own. */
export const testable = (): string[] => [...new Set([...simulable(), ...Object.keys(ATOMIC_KINDS), REPLIES])];

/** A simulated run if it is a workload, a made history if it is a kind of object; both if it is both. @throws HarnessError `unknown-name` */
export async function validRuns(name: string, seed: string): Promise<ValidRun[]> {
  if (name === REPLIES) {
    const origin = `logs, ids and echoes, seed ${seed}`;
    const made = repliesRun({ operations: OPERATIONS, clients: CLIENTS, seed });
    return [{ origin, history: parseHistory([...linesOf(made)].join(""), origin) }];
  }
  const workload = simulable().includes(name) ? workloads[name] : undefined;
  const kind = Object.hasOwn(ATOMIC_KINDS, name) ? ATOMIC_KINDS[name] : undefined;
  if (workload === undefined && kind === undefined) {
    throw unknownName("workload or kind of object", name, testable());
  }
  const runs: ValidRun[] = [];
  if (workload !== undefined) {
    const origin = `workload ${name} in simulation, seed ${seed}`;
    runs.push({ origin, history: parseHistory(await simulatedRun(workload, seed), origin) });
  }
  if (kind !== undefined) {
    const origin = `atomic ${name}, seed ${seed}`;
    const shape = {
      kind,
      operations: OPERATIONS,
      clients: CLIENTS,
      inFlight: CLIENTS,
      keys: KEYS,
      indefinite: INDEFINITE,
      seed,
    };
    runs.push({ origin, history: parseHistory([...linesOf(linearizableRun(shape))].join(""), origin) });
  }
  return runs;
}

/** A recorded history: a file or a run folder. */
export async function recordedRun(path: string): Promise<ValidRun> {
  const isFolder = isRunFolder(path);
  const history = isFolder
    ? await readHistory(RunFolder.open(path).file("history"), { format: "jsonl" })
    : await readHistory(path);
  return { origin: path, history };
}
