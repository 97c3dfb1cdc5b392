/**
 * What sharing the keys of one checker among workers saves.
 *
 *     node bench/split.ts [kind] [workers] [runs]
 *
 * Valid histories of growing size under a hundred keys, ten clients: `linearizable` alone judged by one worker and by several
 * that share its keys from the start, both started and loaded, first judging included. Medians, in milliseconds.
 */
import { argv } from "node:process";
import { partsOf } from "#core/table-history";
import { parseHistory } from "../harness/history/read-history.ts";
import { CheckerPool } from "../harness/judge/checker-pool.ts";
import { runInWorkers } from "../harness/judge/run-in-workers.ts";
import { ATOMIC_KINDS } from "../harness/synthetic/atomic-object.ts";
import { linearizableRun } from "../harness/synthetic/linearizable-run.ts";
import { linesOf } from "../harness/synthetic/recording.ts";
import { median } from "./support/median.ts";

const [kindName = "cas-register", workers = "2", runs = "5"] = argv.slice(2);
const SIZES = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000];
const REGISTRY = new URL("../checkers/registry.ts", import.meta.url).href;

interface Taken {
  readonly elapsed: number;
  readonly most: number;
}

interface CpuUsage {
  /** Microseconds. */
  readonly user: number;
  readonly system: number;
}

/** Workers that nobody waits for keep no process alive. */
const alive = setInterval(() => undefined, 1_000);
const started: Worker[] = [];
process.on("worker", (worker) => started.push(worker));

/** Milliseconds of processor time so far. The types do not know the method yet. */
async function usedBy(worker: Worker): Promise<number> {
  const { user, system } = await (worker as Worker & { cpuUsage(): Promise<CpuUsage> }).cpuUsage();
  return (user + system) / 1_000;
}

for (const operations of SIZES) {
  const kind = ATOMIC_KINDS[kindName];
  if (kind === undefined)
    throw new Error(`${kindName}: expected one of ${Object.keys(ATOMIC_KINDS).join(", ")}`);
  const shape = { kind, operations, clients: 10, inFlight: 10, keys: 100, indefinite: 0.01, seed: "1" };
  const parts = partsOf(parseHistory([...linesOf(linearizableRun(shape))].join("")));
  const taken = async (count: number): Promise<Taken> => {
    started.length = 0;
    await using pool = new CheckerPool({ registry: REGISTRY, maxMemory: 2 ** 40, workers: count });
    pool.warm(count);
    await runInWorkers(parts, pool, { memoryWords: "", models: ["convergence"], spreadFrom: 0 });
    const before = await Promise.all(started.map(usedBy));
    const began = performance.now();
    await runInWorkers(parts, pool, { memoryWords: "", models: ["linearizable"], spreadFrom: 0 });
    const elapsed = performance.now() - began;
    const after = await Promise.all(started.map(usedBy));
    return { elapsed, most: Math.max(...after.map((used, i) => used - before[i]!)) };
  };
  const alone: Taken[] = [];
  const shared: Taken[] = [];
  for (let i = 0; i < Number(runs); i++) {
    alone.push(await taken(1));
    shared.push(await taken(Number(workers)));
  }
  const words = (taken: readonly Taken[]): string =>
    `${median(taken.map(({ elapsed }) => elapsed)).toFixed(0)} (processor ${median(taken.map(({ most }) => most)).toFixed(0)}) ms`;
  console.log(
    `${String(operations).padStart(7)} operations: one worker ${words(alone)}, ${workers} workers ${words(shared)}`,
  );
}
clearInterval(alive);
