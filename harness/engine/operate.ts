import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import type { Invocation } from "#core/operation";
import { Worker, type WorkerPool } from "./worker.ts";

/** Closed loop: every worker performs one operation after the other until the stop signal. */
export async function closedLoop(pool: WorkerPool, clients: number): Promise<void> {
  await Promise.all(Array.from({ length: clients }, (_, index) => new Worker(pool, index).run()));
}

const FIRST_REST = 50 * MILLISECOND;
const LONGEST_REST = SECOND;

/**
 * How long a session rests after so many refusals in a row. Hundreds of sessions that try to connect again at once keep a store
 * that just came back from ever answering one of them.
 */
const restAfter = (refusals: number): Nanoseconds =>
  refusals === 0 ? 0 : Math.min(FIRST_REST * 2 ** (refusals - 1), LONGEST_REST);

/**
 * Open loop: operations arrive as a Poisson process of `rate` per second whether or not earlier ones were answered, as
 * the users of a service do. A free session takes each arrival; if all wait for replies a new one is opened, up to
 * `pool.size`. A session that was refused rests, and while half of them do no other is opened.
 * @returns how many arrivals found no session.
 */
export async function openLoop(pool: WorkerPool, clients: number, rate: number): Promise<number> {
  const { runtime, random, stop, generator } = pool;
  const free = Array.from({ length: clients }, (_, index) => new Worker(pool, index));
  const all = [...free];
  const underWay = new Set<Promise<void>>();
  const refusals = new Map<Worker, number>();
  let resting = 0;
  let dropped = 0;
  let due = runtime.now();

  const arrive = (): void => {
    let worker = free.shift();
    if (worker === undefined && resting * 2 < all.length && all.length < pool.size) {
      worker = new Worker(pool, all.length);
      all.push(worker);
    }
    if (worker === undefined) {
      dropped++;
      return;
    }
    const taken = worker;
    const next = taken.next();
    if (next === undefined || "wait" in next) {
      free.push(taken);
      return;
    }
    const operation = perform(taken, next).finally(() => underWay.delete(operation));
    underWay.add(operation);
  };

  const perform = async (worker: Worker, operation: Invocation): Promise<void> => {
    const refused = (await worker.perform(operation)) === "fail" && generator.timed !== true;
    const inARow = refused ? (refusals.get(worker) ?? 0) + 1 : 0;
    refusals.set(worker, inARow);
    if (inARow > 0) {
      resting++;
      await runtime.sleep(restAfter(inARow), stop);
      resting--;
    }
    free.push(worker);
  };

  while (!stop.aborted) {
    due += random.exponential(SECOND / rate);
    const wait = due - runtime.now();
    if (wait > 0) await runtime.sleep(wait, stop);
    if (!stop.aborted) arrive();
  }
  await Promise.all(underWay);
  await Promise.all(all.map((worker) => worker.close()));
  return dropped;
}
