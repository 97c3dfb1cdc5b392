import { HarnessError } from "#core/errors";
import type { NemesisContext, ScheduledFault } from "#core/nemesis";
import { MILLISECOND, SECOND } from "#core/units";

const POLL = 200 * MILLISECOND;

/**
 * The nodes a fault hits: names as they are, `leader` and `follower` as the target knows them now. During an election nobody leads: waits
 * for half of the fault's time, at least five seconds, and then asks once more. @throws HarnessError `leader-unknown` if none appears, or not before the
 * operations end.
 */
export async function resolveNodes(context: NemesisContext, fault: ScheduledFault): Promise<string[]> {
  const nodes = await Promise.all(
    fault.on.map(async (name) => {
      if (name === "leader") return awaitLeader(context, fault);
      return name === "follower" ? follower(context, fault) : name;
    }),
  );
  return [...new Set(nodes)];
}

/** One of the others, each in its turn. */
async function follower(context: NemesisContext, fault: ScheduledFault): Promise<string> {
  const leader = await awaitLeader(context, fault);
  const others = context.cluster.nodes.filter((node) => node !== leader);
  const node = others[fault.id % others.length];
  if (node === undefined)
    throw new HarnessError("fault-failed", `${fault.fault}: ${leader} has no followers`);
  return node;
}

/** On a busy machine an election takes seconds; a fault that finds nobody leaves the run undecided. */
const ELECTION_MAX = 5 * SECOND;

async function awaitLeader(
  { runtime, stop, leader }: NemesisContext,
  fault: ScheduledFault,
): Promise<string> {
  const deadline = runtime.now() + Math.max(fault.for / 2, ELECTION_MAX);
  for (;;) {
    // A paused node takes long not to answer: a leader elected meanwhile would not be found if that time counted.
    const isLast = runtime.now() >= deadline;
    const node = await leader();
    if (stop.aborted)
      throw new HarnessError(
        "leader-unknown",
        `${fault.fault}: the operations ended before a leader was known`,
      );
    if (node !== undefined) return node;
    if (isLast) {
      throw new HarnessError("leader-unknown", `${fault.fault}: no leader is known`, {
        hint: "choose a fault that does not aim at the leader",
      });
    }
    await runtime.sleep(POLL, stop);
  }
}
