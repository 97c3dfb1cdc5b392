import { messageOf } from "#core/errors";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { broken, type ContractCheck } from "../contract.ts";
import { type Outcome, wordsOf } from "../session.ts";
import type { Subject } from "../subject.ts";
import { NO_PROBE } from "./operations.ts";

/** As in a run by default. */
const GIVEN_UP_AFTER: Nanoseconds = SECOND;
const ENDED_WITHIN: Nanoseconds = 3 * SECOND;
/** Questions about the cluster: the schedule waits for them, and a dead node answers nothing. */
const TOLD_WITHIN: Nanoseconds = 15 * SECOND;
/** The slowest stores rejoin within a minute. */
const READY_AGAIN_WITHIN: Nanoseconds = 120 * SECOND;

export const survivesAKilledNode: ContractCheck = {
  promise: "with a killed node every operation ends and its error is classified; the node comes back",
  try: async (subject) => {
    const [probe] = subject.probes;
    if (probe === undefined) return NO_PROBE;
    const { cluster, target, context, runtime } = subject;
    const node = (await target.leader?.(context)) ?? cluster.nodes[0] ?? "";
    // Paused first, so that operations are under way when it dies.
    await cluster.pause(node);
    const underWay = Promise.all([endOf(subject, node), endOf(subject, undefined)]);
    await runtime.sleep(100 * MILLISECOND);
    await cluster.kill(node);
    await underWay;
    await endOf(subject, node);
    await endOf(subject, undefined);
    await asked(subject, "notReady", () => target.notReady(context));
    await asked(subject, "leader", () => target.leader?.(context) ?? Promise.resolve(undefined));
    await cluster.start(node);
    await readyAgain(subject);
    await subject.mustSucceed(probe, probe.write(subject.newKey(), subject.newElement()));
    return undefined;
  },
};

/** One update and one read, with a node or without: each must end, by itself or because it is given up. */
async function endOf(subject: Subject, node: string | undefined): Promise<void> {
  const [probe] = subject.probes;
  if (probe === undefined) return;
  const key = subject.newKey();
  const at = node === undefined ? {} : { node, final: true as const };
  const operations = node === undefined ? [probe.write(key, subject.newElement())] : [];
  for (const operation of [...operations, { ...probe.read(key), ...at }]) {
    const session = subject.open(probe, { timeout: GIVEN_UP_AFTER });
    let outcome: Outcome = await session.perform(operation);
    await session.close();
    if (outcome.is === "open") outcome = await session.settled(ENDED_WITHIN);
    if (outcome.is === "open")
      broken(
        `${operation.f}${node === undefined ? "" : ` at ${node}`} ${wordsOf(outcome, ENDED_WITHIN)} after close`,
      );
  }
}

/** @throws ContractBroken if the target's answer is an error or none */
async function asked(
  { runtime }: Subject,
  name: string,
  question: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const end = new AbortController();
  const late = runtime.sleep(TOLD_WITHIN, end.signal).then(() => "late" as const);
  const answer = question().then(
    (told) => ({ told }),
    (error: unknown) => ({ problem: messageOf(error) }),
  );
  const first = await Promise.race([answer, late]);
  end.abort();
  if (first === "late")
    broken(`${name} did not answer within ${TOLD_WITHIN / SECOND} s while a node was dead`);
  if ("problem" in first) broken(`${name} rejected while a node was dead: ${first.problem}`);
  return first.told;
}

async function readyAgain(subject: Subject): Promise<void> {
  const { target, context, runtime } = subject;
  const end = runtime.now() + READY_AGAIN_WITHIN;
  for (;;) {
    const missing = await asked(subject, "notReady", () => target.notReady(context));
    if (missing === undefined) return;
    if (runtime.now() > end)
      broken(
        `not ready ${READY_AGAIN_WITHIN / SECOND} s after the killed node was started again: ${missing}`,
      );
    await runtime.sleep(100 * MILLISECOND);
  }
}
