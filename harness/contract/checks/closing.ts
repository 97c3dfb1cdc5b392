import type { Invocation } from "#core/operation";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { broken, type ContractCheck } from "../contract.ts";
import type { Proxies } from "../tcp-proxy.ts";
import { type Session, wordsOf } from "../session.ts";
import type { Subject } from "../subject.ts";
import { NO_PROBE } from "./operations.ts";
import { AROUND, throughProxies } from "./through-proxies.ts";

/** Dropping a connection is a matter of milliseconds. */
const ENDED_WITHIN: Nanoseconds = 3 * SECOND;
/** As in a run by default: the engine gives an operation up after this. */
const GIVEN_UP_AFTER: Nanoseconds = SECOND;

export const closesTwice: ContractCheck = {
  promise: "close drops every connection, closing twice is harmless, and afterwards operations are refused",
  try: async (subject) => {
    const [probe] = subject.probes;
    if (probe === undefined) return NO_PROBE;
    const unused = subject.open(probe);
    await unused.close();
    await unused.close();
    const direct = subject.open(probe);
    const key = subject.newKey();
    await subject.mustRecover(direct, probe.write(key, subject.newElement()));
    await closed(direct, probe.read(key));
    await using through = await throughProxies(subject, probe);
    if (through === undefined) return AROUND;
    await through.session.perform(probe.read(key));
    await closed(through.session, probe.read(key));
    await noneLeft(subject, through.proxies);
    return undefined;
  },
};

/** Closes it twice and tries it. @throws ContractBroken unless the operation is refused */
async function closed(session: Session, operation: Invocation): Promise<void> {
  await session.close();
  await session.close();
  const outcome = await session.perform(operation);
  if (outcome.is !== "error")
    broken(`an operation after close ${wordsOf(outcome, ENDED_WITHIN)}, and should have been refused`);
  await session.close();
}

async function noneLeft({ runtime, patience }: Subject, proxies: Proxies): Promise<void> {
  const end = runtime.now() + ENDED_WITHIN * patience;
  while (proxies.connections > 0) {
    if (runtime.now() > end) broken(`${proxies.connections} connections are open after close`);
    await runtime.sleep(20 * MILLISECOND);
  }
}

export const endsWhatIsGivenUp: ContractCheck = {
  promise: "an operation that gets no answer ends when its session is closed",
  try: async (subject) => {
    const [probe] = subject.probes;
    if (probe === undefined) return NO_PROBE;
    await using through = await throughProxies(subject, probe, GIVEN_UP_AFTER);
    if (through === undefined) return AROUND;
    const { session, proxies } = through;
    const [key, element] = [subject.newKey(), subject.newElement()];
    await proxies.set("stall");
    let outcome = await session.perform(probe.write(key, element));
    await session.close();
    if (outcome.is === "ok") return AROUND;
    if (outcome.is === "open") outcome = await session.settled(ENDED_WITHIN * subject.patience);
    if (outcome.is !== "error")
      broken(`a write without an answer ${wordsOf(outcome, ENDED_WITHIN)} after close`);
    return undefined;
  },
};
