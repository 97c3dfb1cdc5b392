import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { untried } from "../contract.ts";
import type { Probe } from "../probes.ts";
import type { Session } from "../session.ts";
import type { Subject } from "../subject.ts";
import { Proxies } from "../tcp-proxy.ts";

/** A cluster that works takes an update at once; one that answers with addresses of its own never does. */
const WORKS_WITHIN: Nanoseconds = 10 * SECOND;
const RETRY_PAUSE: Nanoseconds = 100 * MILLISECOND;

export const AROUND = untried(
  "its clients reach nodes by addresses that the store tells them: they cannot be cut off from outside",
);

/**
 * A session whose connections can be cut, with one open; undefined where its clients go to other addresses than they were
 * given. Disposing ends session and proxies.
 */
export async function throughProxies(
  subject: Subject,
  probe: Probe,
  timeout?: Nanoseconds,
): Promise<(AsyncDisposable & { readonly session: Session; readonly proxies: Proxies }) | undefined> {
  if (subject.goesAround) return undefined;
  const proxies = await Proxies.start(subject.endpoints);
  const { runtime } = subject;
  const end = runtime.now() + WORKS_WITHIN * subject.patience;
  for (;;) {
    const session = subject.open(probe, {
      nodes: proxies.endpoints,
      ...(timeout === undefined ? {} : { timeout }),
    });
    const outcome = await session.perform(probe.write(subject.newKey(), subject.newElement()));
    if (outcome.is === "ok" && proxies.sent() > 0) {
      const dispose = async (): Promise<void> => {
        await session.close();
        await proxies[Symbol.asyncDispose]();
      };
      return { session, proxies, [Symbol.asyncDispose]: dispose };
    }
    await session.close();
    if (outcome.is === "ok" || runtime.now() > end) break;
    await runtime.sleep(RETRY_PAUSE);
  }
  await proxies[Symbol.asyncDispose]();
  subject.goesAround = true;
  return undefined;
}
