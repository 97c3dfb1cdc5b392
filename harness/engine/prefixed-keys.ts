import type { Client } from "#core/client";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";

/**
 * A session whose keys have a prefix in the store and none in the history: what earlier runs left in a cluster that is not
 * new is then out of sight. The keys of a transaction's steps get it too.
 */
export function prefixedKeys(client: Client, prefix: string): Client {
  return {
    invoke: async (operation) => restored(operation, await client.invoke(prefixed(operation, prefix))),
    close: () => client.close(),
  };
}

function prefixed(operation: Invocation, prefix: string): Invocation {
  const { f, key, value } = operation;
  return {
    ...operation,
    ...(key === undefined ? {} : { key: prefix + key }),
    ...(f === "txn" ? { value: withKeys(value, (step) => `${prefix}${String(step)}`) } : {}),
  };
}

/** A transaction's reply repeats its steps: with the keys that they were asked for. */
function restored({ f, value }: Invocation, reply: Reply): Reply {
  if (f !== "txn" || reply.value === undefined) return reply;
  const steps = Array.isArray(value) ? (value as readonly Json[]) : [];
  return {
    ...reply,
    value: withKeys(reply.value, (key, i) => {
      const step = steps[i];
      return Array.isArray(step) ? ((step as readonly Json[])[1] ?? key) : key;
    }),
  };
}

/** Steps `[f, key, value]` with other keys. */
function withKeys(steps: Json, change: (key: Json, index: number) => Json): Json {
  if (!Array.isArray(steps)) return steps;
  return (steps as readonly Json[]).map((step, i) => {
    if (!Array.isArray(step)) return step;
    const [name, key, ...rest] = step as readonly Json[];
    return [name ?? null, change(key ?? null, i), ...rest];
  });
}
