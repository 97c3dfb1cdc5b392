import { SECOND } from "#core/units";
import type { Workload } from "#core/workload";
import { simulate } from "../simulate.ts";
import { perfectStore } from "./perfect-store.ts";

/** Operations per second over all clients, and for how long: a history of some hundred operations. */
const RATE = 100;
const TIME = 4 * SECOND;

/**
 * The history of a workload on a simulated cluster that keeps every promise and that nothing happens to. Its operations go to the store as they
 * are: what an application makes of them may be wrong by itself. @returns JSONL
 */
export async function simulatedRun(workload: Workload, seed: string): Promise<string> {
  const { lines, outcome } = await simulate({
    target: perfectStore,
    targetOptions: {},
    workload: { ...workload, application: () => undefined },
    workloadOptions: workload.options.parse({}),
    nodes: 3,
    clients: 5,
    rate: RATE,
    time: TIME,
    seed,
  });
  if (outcome.error !== undefined) throw outcome.error;
  return lines;
}
