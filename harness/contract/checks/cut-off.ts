import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { broken, type ContractCheck, type NotTried } from "../contract.ts";
import type { Probe } from "../probes.ts";
import type { Proxies } from "../tcp-proxy.ts";
import { type Session, wordsOf } from "../session.ts";
import { PATIENT, type Subject } from "../subject.ts";
import { NO_PROBE } from "./operations.ts";
import { AROUND, throughProxies } from "./through-proxies.ts";

/** A node that got a request has answered it by then, and a write that happens has happened. */
const ANSWERED_WITHIN: Nanoseconds = 2 * SECOND;
/** A write that did not happen is looked for this long: replicas may be late. */
const LOOKED_FOR: Nanoseconds = SECOND;

/** What a check does to a session that works, and why it could not. */
type Trial = (
  subject: Subject,
  parts: { readonly probe: Probe; readonly session: Session; readonly proxies: Proxies },
) => Promise<NotTried | undefined>;

/** Tries every kind of object in a session that goes through proxies and has an open connection. */
const eachProbe =
  (trial: Trial): ContractCheck["try"] =>
  async (subject) => {
    if (subject.probes.length === 0) return NO_PROBE;
    for (const probe of subject.probes) {
      await using through = await throughProxies(subject, probe);
      const reason = through === undefined ? AROUND : await trial(subject, { probe, ...through });
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

/** @throws ContractBroken if the update is there although its error said that it never would be */
async function mustBeAbsent(
  subject: Subject,
  probe: Probe,
  { key, element, words }: { readonly key: string; readonly element: number; readonly words: string },
): Promise<void> {
  if (await subject.isShown(probe, key, element, LOOKED_FOR))
    broken(`${probe.object}: the update ${words}, which says that it did not happen, and it is there`);
}

export const refusedIsDefinite: ContractCheck = {
  promise: "where no node can be reached an update fails with a definite error, and did not happen",
  try: eachProbe(async (subject, { probe, session, proxies }) => {
    await proxies.set("refuse");
    const [key, element] = [subject.newKey(), subject.newElement()];
    // The connection that was open may still look so: what comes of it is tried by another check.
    await session.perform(probe.read(key));
    await session.close();
    const fresh = subject.open(probe, { nodes: proxies.endpoints });
    const outcome = await fresh.perform(probe.write(key, element));
    if (outcome.is === "ok") return AROUND;
    const words = wordsOf(outcome, PATIENT);
    if (outcome.is === "open" || !outcome.definite)
      broken(`${probe.object}: no connection could be made, and the update ${words}`);
    await mustBeAbsent(subject, probe, { key, element, words });
    await proxies.set("pass");
    await subject.mustRecover(fresh, probe.write(subject.newKey(), subject.newElement()));
    await fresh.close();
    return undefined;
  }),
};

export const sentIsIndefinite: ContractCheck = {
  promise:
    "an update whose connection breaks before the reply is not tried again, nor said not to have happened",
  try: eachProbe(async (subject, { probe, session, proxies }) => {
    const { runtime } = subject;
    await proxies.set("mute");
    const [key, element] = [subject.newKey(), subject.newElement()];
    const [sent, muted] = [proxies.sent(), proxies.muted];
    const performed = session.perform(probe.write(key, element));
    const end = runtime.now() + ANSWERED_WITHIN;
    while (proxies.muted === muted && runtime.now() < end) await runtime.sleep(10 * MILLISECOND);
    await runtime.sleep(20 * MILLISECOND);
    if (proxies.sent() === sent) {
      await performed;
      return AROUND;
    }
    await proxies.set("pass");
    proxies.cut();
    const outcome = await performed;
    if (outcome.is === "ok")
      broken(`${probe.object}: the connection broke, and the update succeeded: something tried it again`);
    if (outcome.is === "open")
      broken(`${probe.object}: the connection broke, and the update ${wordsOf(outcome, PATIENT)}`);
    if (outcome.definite)
      await mustBeAbsent(subject, probe, { key, element, words: wordsOf(outcome, PATIENT) });
    return undefined;
  }),
};

export const survivesBrokenConnections: ContractCheck = {
  promise: "a session whose idle connections break goes on, and says nothing false meanwhile",
  try: eachProbe(async (subject, { probe, session, proxies }) => {
    proxies.cut();
    const [key, element] = [subject.newKey(), subject.newElement()];
    const outcome = await session.perform(probe.write(key, element));
    if (outcome.is === "open")
      broken(`${probe.object}: after its connection broke the update ${wordsOf(outcome, PATIENT)}`);
    if (outcome.is === "error" && outcome.definite)
      await mustBeAbsent(subject, probe, { key, element, words: wordsOf(outcome, PATIENT) });
    await subject.mustRecover(session, probe.write(subject.newKey(), subject.newElement()));
    return undefined;
  }),
};
