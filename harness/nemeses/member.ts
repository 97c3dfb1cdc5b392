import { HarnessError } from "#core/errors";
import type { ActiveFault, Fault, MembershipControl, NemesisContext, ScheduledFault } from "#core/nemesis";
import { SECOND } from "#core/units";
import { capable } from "./capable.ts";
import { takeDown } from "./crash.ts";
import { killIn } from "./kill.ts";
import { resolveNodes } from "./resolve.ts";

/** A change is agreed on by those that have been connected for a while (etcd: 5 s), and who comes back starts and catches up. */
const CHANGES_TAKE = 8 * SECOND;

/** One node leaves the cluster while the fault lasts, and comes back with what the store lets it keep. */
export const memberRemove: Fault = {
  name: "member-remove",
  summary: "one node is removed from the cluster, and added again afterwards",
  aimsAtLeader: false,
  mechanism: "process",
  hook: "membership",
  nodesMin: 2,
  takes: CHANGES_TAKE,
  choose: () => ({ on: ["follower"], parameters: {} }),
  start: (context, fault) => leave(context, fault, async () => undefined),
};

/** One node leaves the cluster, and a new machine takes its place, which begins empty. */
export const memberReplace: Fault = {
  name: "member-replace",
  summary: "one node is removed from the cluster, and replaced by one that begins empty",
  aimsAtLeader: false,
  mechanism: "process",
  needs: ["machines"],
  hook: "membership",
  nodesMin: 2,
  takes: CHANGES_TAKE,
  choose: () => ({ on: ["follower"], parameters: {} }),
  start: (context, fault) =>
    leave(context, fault, async (node) => {
      await takeDown(context, node, killIn(context));
      await capable(context.cluster, "machines").replace(node, {});
    }),
};

/** Proved by what the store says of its members. @param meanwhile what becomes of the node before it is added again */
async function leave(
  context: NemesisContext,
  fault: ScheduledFault,
  meanwhile: (node: string) => Promise<void>,
): Promise<ActiveFault> {
  const membership = membershipOf(context);
  const [node = ""] = await resolveNodes(context, fault);
  const left = await without(membership, node);
  let members: readonly string[] | undefined;
  return {
    nodes: [node],
    effect: { members: [...left] },
    heal: async () => {
      if (members === undefined) {
        await meanwhile(node);
        await membership.add(node);
        const now = await membership.members();
        if (!now.includes(node))
          throw new HarnessError("heal-failed", `${node} is no member although it was added`);
        members = now;
      }
      return { members: [...members] };
    },
    hadEffect: () => members !== undefined,
  };
}

/** @returns who is left. What was begun and failed is taken back here: nobody else knows of members. */
async function without(membership: MembershipControl, node: string): Promise<readonly string[]> {
  try {
    await membership.remove(node);
    const left = await membership.members();
    if (!left.includes(node)) return left;
    throw new HarnessError("fault-failed", `${node} is still a member after its removal`);
  } catch (error) {
    if (error instanceof HarnessError && error.code === "quorum-at-risk") throw error;
    await membership.add(node).catch((cause: unknown) => {
      throw new SuppressedError(cause, error);
    });
    throw error;
  }
}

function membershipOf({ membership }: NemesisContext): MembershipControl {
  if (membership === undefined)
    throw new HarnessError("fault-failed", "the target does not tell who belongs to it");
  return membership;
}
