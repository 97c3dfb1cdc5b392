import { isDeepStrictEqual } from "node:util";
import { messageOf } from "#core/errors";
import { jsonSchema } from "#core/json";
import { SECOND } from "#core/units";
import { broken, type ContractCheck, notMade } from "../contract.ts";
import type { Subject } from "../subject.ts";

/** An election after the start takes seconds. */
const LEADER_WITHIN = 20 * SECOND;

export const becomesReady: ContractCheck = {
  promise: "notReady is undefined once the cluster can be used",
  try: async ({ target, context }) => {
    const missing = await target.notReady(context);
    return missing === undefined ? undefined : broken(`the cluster was ready, and then: ${missing}`);
  },
};

export const namesItsLeader: ContractCheck = {
  promise: "leader names a node of the cluster",
  try: async (subject) => {
    const { target, options } = subject;
    if (target.leader === undefined) return notMade("it does not tell its leader");
    if (target.hasLeader?.(options) === false) return notMade("with these options it has no leader");
    await leaderOf(subject);
    return undefined;
  },
};

/** Waits for a leader. @throws ContractBroken if none is named, or no node's name */
async function leaderOf({ target, context, cluster, runtime }: Subject): Promise<void> {
  const end = runtime.now() + LEADER_WITHIN;
  for (;;) {
    const leader = await target.leader?.(context);
    if (leader !== undefined && !cluster.nodes.includes(leader))
      broken(`the leader is ${leader}, which is none of ${cluster.nodes.join(", ")}`);
    if (leader !== undefined) return;
    if (runtime.now() > end) broken("no leader is known, although nothing was broken");
    await runtime.sleep(SECOND / 10);
  }
}

export const describesItself: ContractCheck = {
  promise: "describe tells JSON",
  try: async ({ target, context }) => {
    if (target.describe === undefined) return notMade("it does not describe itself");
    const told: unknown = await target.describe(context);
    const parsed = jsonSchema.safeParse(told);
    if (!parsed.success) broken(`describe told what is no JSON: ${parsed.error.issues[0]?.message ?? ""}`);
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(told)), told))
      broken("describe told what JSON does not keep");
    return undefined;
  },
};

export const claimsSomething: ContractCheck = {
  promise: "claims are made for every workload, and give a reason for whatever may break",
  try: async ({ target, options, cluster }) => {
    for (const workload of target.workloads) {
      const context = { workload, objects: [], nodes: cluster.nodes.length, faults: ["kill-one"] };
      let claims: ReturnType<typeof target.claims> = [];
      try {
        claims = target.claims(options, context);
      } catch (error) {
        broken(`claims of the workload ${workload}: ${messageOf(error)}`);
      }
      const silent = claims.find(({ is, reason }) => is === "may-break" && reason === undefined);
      if (silent !== undefined) broken(`${silent.model} may break with ${workload}: no reason is given`);
    }
    return undefined;
  },
};
