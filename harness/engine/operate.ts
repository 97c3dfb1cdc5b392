import { SECOND } from "#core/units";
import { Worker, type WorkerPool } from "./worker.ts";

/** Closed loop: every worker performs one operation after the other until the stop signal. */
export async function closedLoop(pool: WorkerPool, clients: number): Promise<void> {
  await Promise.all(Array.from({ length: clients }, (_, index) => new Worker(pool, index).run()));
}

/**
 * Open loop: operations arrive as a Poisson process of `rate` per second whether or not earlier ones were answered, as
 * the users of a service do. A free session takes each arrival; if all wait for replies a new one is opened, up to
 * `pool.size`. @returns how many arrivals found no session.
 */
export async function openLoop(pool: WorkerPool, clients: number, rate: number): Promise<number> {
  const { runtime, random, stop } = pool;
  const free = Array.from({ length: clients }, (_, index) => new Worker(pool, index));
  const all = [...free];
  const underWay = new Set<Promise<void>>();
  let dropped = 0;
  let due = runtime.now();

  const arrive = (): void => {
    let worker = free.shift();
    if (worker === undefined && all.length < pool.size) {
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
    const operation = taken.perform(next).then(() => {
      free.push(taken);
      underWay.delete(operation);
    });
    underWay.add(operation);
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
