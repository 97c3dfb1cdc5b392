import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { Gateway } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";

/** A node on this machine that is alive answers within milliseconds; a paused one does not answer. */
const ANSWER_MAX: Nanoseconds = SECOND;
const POLL = 100 * MILLISECOND;

/** What came instead of an answer. */
export interface Silence {
  readonly node: string;
  readonly problem: string;
}

/** Asks a node over a connection of its own. Never rejects. @param within how long it may take */
export async function asked<T>(
  { runtime, cluster }: ClusterContext<EtcdOptions>,
  node: string,
  question: (gateway: Gateway) => Promise<T>,
  within: Nanoseconds = ANSWER_MAX,
): Promise<T | Silence> {
  const gateway = new Gateway(cluster.endpoint(node), runtime, ANSWER_MAX);
  const cancel = runtime.after(within, () => gateway.close());
  try {
    return await question(gateway);
  } catch (error) {
    return { node, problem: messageOf(error) };
  } finally {
    cancel();
    gateway.close();
  }
}

/** Looks again and again until nothing is missing any more. @returns what still is when the time is over */
export async function until(
  { runtime }: ClusterContext<EtcdOptions>,
  within: Nanoseconds,
  missing: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const deadline = runtime.now() + within;
  for (;;) {
    const problem = await missing();
    if (problem === undefined || runtime.now() >= deadline) return problem;
    await runtime.sleep(POLL);
  }
}
