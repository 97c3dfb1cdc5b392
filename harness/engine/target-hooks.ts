import type { ClusterContext } from "#core/cluster";
import type { NemesisContext, TargetHook } from "#core/nemesis";
import type { Target } from "#core/target";

/** What a target offers to faults with these options, beside a client. */
export function hooksOf(target: Target, options: unknown): readonly TargetHook[] {
  const has: TargetHook[] = [];
  if (target.transferLeader !== undefined) has.push("transferLeader");
  if (target.membership !== undefined) has.push("membership");
  return target.hooks?.(options).filter((hook) => has.includes(hook)) ?? has;
}

/** The same, bound to a cluster: what the faults of a run are given. */
export function nemesisHooks(
  target: Target,
  context: ClusterContext<unknown>,
): Pick<NemesisContext, "transferLeader" | "membership"> {
  const { membership } = target;
  return {
    ...(target.transferLeader === undefined
      ? {}
      : { transferLeader: async (to: string) => target.transferLeader?.(context, to) }),
    ...(membership === undefined
      ? {}
      : {
          membership: {
            members: () => membership.members(context),
            remove: (node) => membership.remove(context, node),
            add: (node) => membership.add(context, node),
          },
        }),
  };
}
