import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import type { Probe } from "../probes.ts";
import type { Session } from "../session.ts";
import type { Subject } from "../subject.ts";
import { Proxies } from "../tcp-proxy.ts";

/** A cluster that works takes an update at once; one that answers with addresses of its own never does. */
const WORKS_WITHIN: Nanoseconds = 3 * SECOND;
const RETRY_PAUSE: Nanoseconds = 100 * MILLISECOND;

export const AROUND =
  "its clients reach nodes by addresses that the store tells them: they cannot be cut off from outside";

/**
 * A session whose connections can be cut, with one open; undefined where its clients go to other addresses than they were
 * given. Disposing ends session and proxies.
 */
export async function throughProxies(
  subject: Subject,
  probe: Probe,
  timeout?: Nanoseconds,
): Promise<(AsyncDisposable & { readonly session: Session; readonly proxies: Proxies }) | undefined> {
  const proxies = await Proxies.start(subject.endpoints);
  const session = subject.open(probe, {
    nodes: proxies.endpoints,
    ...(timeout === undefined ? {} : { timeout }),
  });
  const dispose = async (): Promise<void> => {
    await session.close();
    await proxies[Symbol.asyncDispose]();
  };
  const { runtime } = subject;
  const end = runtime.now() + WORKS_WITHIN;
  for (;;) {
    const outcome = await session.perform(probe.write(subject.newKey(), subject.newElement()));
    if (outcome.is === "ok" && proxies.sent() > 0)
      return { session, proxies, [Symbol.asyncDispose]: dispose };
    if (outcome.is === "ok" || outcome.is === "open" || runtime.now() > end) break;
    await runtime.sleep(RETRY_PAUSE);
  }
  await dispose();
  return undefined;
}
