import type { Cluster } from "#core/cluster";
import type { HarnessError } from "#core/errors";
import type { Runtime } from "#core/runtime";
import { MILLISECOND } from "#core/units";

/** Looking costs a request for each node, and a run need not end to the millisecond. */
const LOOK_EVERY = 500 * MILLISECOND;

export interface StoreWatch extends Disposable {
  /** Looks now. */
  look(): Promise<void>;
}

/** Tells of a store that threw, soon after it did, where the cluster can tell. Disposing ends the watch. */
export function watchStore(
  runtime: Runtime,
  cluster: Cluster,
  tell: (error: HarnessError) => void,
): StoreWatch {
  let disposed = false;
  let cancel: () => void = () => undefined;
  const look = async (): Promise<void> => {
    const failure = await cluster.failure?.();
    if (failure !== undefined) tell(failure);
  };
  const lookAgain = async (): Promise<void> => {
    // An engine that does not answer this time is met again by the next look, and at the latest by the one at the end.
    await look().catch(() => undefined);
    if (!disposed) cancel = runtime.after(LOOK_EVERY, () => void lookAgain());
  };
  if (cluster.failure !== undefined) cancel = runtime.after(LOOK_EVERY, () => void lookAgain());
  return {
    look,
    [Symbol.dispose]: () => {
      disposed = true;
      cancel();
    },
  };
}
