import { connect } from "node:net";
import type { Client } from "#core/client";
import type { Endpoint } from "#core/runtime";
import type { Target } from "#core/target";
import { z } from "zod";

/** What the listening processes run: `counter` counts its starts in a file before it listens. */
export const LISTEN = "echo start >> /tmp/starts; wc -l < /tmp/starts; exec nc -lk 7000";

/** Whether something listens at the endpoint's client port. */
export const accepts = ({ host, ports }: Endpoint): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port: ports["client"] ?? 0, timeout: 2_000 });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });

/** The smallest target for the cluster's own tests: every node listens on a TCP port, nothing more. */
export const listeners = (script: string = LISTEN): Target<Record<string, never>> => ({
  name: "listeners",
  summary: "nodes that listen",
  options: z.strictObject({}),
  environments: {
    docker: (_, nodes) => ({
      image: { folder: "pod" },
      ports: { client: 7000 },
      nodes: nodes.map(({ node }) => ({
        node,
        processes: [
          { name: "listener", command: ["sh", "-c", script], environment: { NODE_NAME: node } },
          { name: "sleeper", command: ["sleep", "infinity"] },
        ],
      })),
    }),
  },
  defaults: { nodes: 3, clients: 1, workload: "none" },
  workloads: [],
  claims: () => [],
  createClient: (): Client => {
    throw new Error("listeners have no client");
  },
  notReady: async ({ cluster }) => {
    for (const node of cluster.nodes) {
      if (!(await accepts(cluster.endpoint(node)))) return `${node} does not listen`;
    }
    return undefined;
  },
});
