import { SECOND } from "#core/units";
import { broken, type ContractCheck, notMade, untried } from "../contract.ts";
import type { Probe } from "../probes.ts";
import { wordsOf } from "../session.ts";
import { PATIENT, type Subject } from "../subject.ts";

/** Stores that replicate asynchronously show a write elsewhere within this, when nothing is broken. */
const SHOWN_WITHIN = 15 * SECOND;

export const NO_PROBE = untried(
  "none of its workloads has registers, sets, lists, counters, queues or logs, or transactions of them",
);

export const showsWhatWasWritten: ContractCheck = {
  promise: "what one session wrote, another one sees",
  try: async (subject) => {
    for (const probe of subject.probes) {
      const [key, element] = [subject.newKey(), subject.newElement()];
      await subject.mustSucceed(probe, probe.write(key, element));
      if (!(await subject.isShown(probe, key, element, SHOWN_WITHIN)))
        broken(
          `${probe.object}: ${element} was acknowledged and is not there ${SHOWN_WITHIN / SECOND} s later`,
        );
    }
    return subject.probes.length === 0 ? NO_PROBE : undefined;
  },
};

export const answersWhereAsked: ContractCheck = {
  promise: "a read with a node is answered by that node",
  try: async (subject) => {
    const probe = subject.probes.find(({ object }) => object !== "queue" && object !== "stack");
    if (probe === undefined) return notMade("none of its reads leaves the object as it was");
    const key = subject.newKey();
    await subject.mustSucceed(probe, probe.write(key, subject.newElement()));
    for (const node of subject.cluster.nodes) await askAt(subject, probe, key, node);
    return undefined;
  },
};

async function askAt(subject: Subject, probe: Probe, key: string, node: string): Promise<void> {
  const session = subject.open(probe);
  const outcome = await session.perform({ ...probe.read(key), node, final: true });
  await session.close();
  if (outcome.is !== "ok") broken(`a read at ${node} ${wordsOf(outcome, PATIENT)}`);
  const by = outcome.reply.node;
  if (by !== undefined && by !== node) broken(`a read at ${node} was answered by ${by}`);
}
