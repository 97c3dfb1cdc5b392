import { z } from "zod";
import { HttpSession, OperationError, silentNodes } from "riftcheck/target";
import type { Client, ClientContext, Target } from "riftcheck/target";

const optionsSchema = z.object({
  readFrom: z.enum(["primary", "any"]).default("primary").describe("which node clients read from"),
});
type Options = z.infer<typeof optionsSchema>;

/** One session. `node`, where the engine names one, is the node that must answer. */
function openSession(context: ClientContext<Options>): Client {
  const { nodes, options, random } = context;
  const http = new HttpSession(context);
  return {
    invoke: async ({ f, key = "", value, node }) => {
      const chosen = f === "read" && options.readFrom === "any" ? random.pick(nodes) : nodes[0]!;
      const to = nodes.find((one) => one.node === node) ?? chosen;
      const path = `/kv/${encodeURIComponent(key)}`;
      const reply = await http.request(to, f === "read" ? { path } : { method: "PUT", path, body: value });
      if (reply.status === 403) throw new OperationError("not-leader", reply.text, { node: to.node });
      // Only what is known to be an answer is one: a 404 says that the key is not there, and of a write it says nothing.
      const isAnswer = reply.status === 200 || (f === "read" && reply.status === 404);
      if (!isAnswer) throw new OperationError("unknown", reply.text, { node: to.node });
      return f === "read" ? { value: reply.json(), node: to.node } : { node: to.node };
    },
    close: () => http.close(),
  };
}

export const target: Target<Options> = {
  name: "http-kv",
  summary: "a key-value server over HTTP that copies its primary in the background",
  options: optionsSchema,
  environments: {
    docker: (_options, nodes) => ({
      image: { folder: decodeURI(new URL("server", import.meta.url).pathname) },
      ports: { http: 8080 },
      nodes: nodes.map(({ node }) => {
        const environment = { NODE: node, PRIMARY: nodes[0]!.node, PEERS: nodes.map((n) => n.node).join() };
        return { node, processes: [{ name: "server", command: [], environment }] };
      }),
    }),
  },
  defaults: { nodes: 3, clients: 5, workload: "session" },
  workloads: ["session"],
  claims: ({ readFrom }) => [
    ...(readFrom === "primary" ? [{ model: "linearizable" as const, is: "holds" as const }] : []),
    { model: "no-lost-writes", is: "holds" },
    { model: "convergence", is: "holds" },
  ],
  createClient: openSession,
  notReady: (context) => silentNodes(context, "/kv/"),
  leader: ({ cluster }) => Promise.resolve(cluster.nodes[0]),
};
