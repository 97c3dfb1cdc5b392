import type { Pass } from "./pass.ts";
import { withOperations } from "./pass.ts";

/** Lets one client do what two did. */
export const mergedClients: Pass = {
  name: "merged clients",
  *candidates(one) {
    const clients = [...new Set(one.load.operations.map(({ client }) => client))];
    for (const gone of clients.toReversed()) {
      for (const heir of clients) {
        if (heir === gone) continue;
        yield withOperations(
          one,
          one.load.operations.map((operation) =>
            operation.client === gone ? { ...operation, client: heir } : operation,
          ),
        );
      }
    }
  },
};

/** Numbers the clients from 0 without gaps, by their first operation. */
export const renumberedClients: Pass = {
  name: "numbers of clients",
  *candidates(one) {
    const clients = [...new Set(one.load.operations.map(({ client }) => client))];
    const count = Math.max(1, clients.length);
    if (count === one.clients && clients.every((client, i) => client === i)) return;
    const renumbered = withOperations(
      one,
      one.load.operations.map((operation) => ({ ...operation, client: clients.indexOf(operation.client) })),
    );
    yield { ...renumbered, clients: count };
    const most = Math.max(...clients, 0) + 1;
    if (most < one.clients) yield { ...one, clients: most };
  },
};
