import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { HarnessError, messageOf } from "#core/errors";
import type { Endpoint } from "#core/runtime";

const port = z.int().min(1).max(65_535);
const nodeSchema = z.union([
  z.string().describe("host or host:port"),
  z.strictObject({ host: z.string(), ports: z.record(z.string(), port).default({}) }),
]);
const faultSchema = z.strictObject({
  summary: z.string().default("a fault of the user's own commands"),
  /** A fault or package of riftcheck whose harm it can do; left out: any. Claims are made under it. */
  like: z.string().optional(),
  on: z.enum(["one", "minority", "majority", "all", "leader"]).default("one"),
  start: z.string(),
  verify: z.string(),
  heal: z.string(),
});
const clusterFileSchema = z.strictObject({
  nodes: z.record(z.string(), nodeSchema),
  faults: z.record(z.string(), faultSchema).default({}),
  logs: z.string().optional(),
});

export type OwnFault = z.infer<typeof faultSchema>;

/** A cluster that already runs: where its nodes are, and the user's commands for breaking it. */
export interface DescribedCluster {
  readonly endpoints: readonly Endpoint[];
  readonly faults: Readonly<Record<string, OwnFault>>;
  readonly logs: string | undefined;
}

/** @param ports of the target, for nodes that name none @throws HarnessError `usage` with file, field and what was expected */
export function readClusterFile(path: string, ports: Endpoint["ports"]): DescribedCluster {
  if (!existsSync(path)) throw new HarnessError("usage", `--cluster: there is no file ${path}`);
  const parsed = clusterFileSchema.safeParse(jsonOf(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new HarnessError(
      "usage",
      `${path}: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? ""}`,
    );
  }
  const { nodes, faults, logs } = parsed.data;
  const endpoints = Object.entries(nodes).map(([node, at]) =>
    typeof at === "string"
      ? endpointOf(node, at, ports, `${path}: nodes.${node}`)
      : { node, host: at.host, ports: { ...ports, ...at.ports } },
  );
  if (endpoints.length === 0) throw new HarnessError("usage", `${path}: nodes: expected at least one`);
  return { endpoints, faults, logs };
}

/** `host:port,host,…`: nodes n1, n2, … @throws HarnessError `usage` */
export function nodesFlag(text: string, ports: Endpoint["ports"]): DescribedCluster {
  const addresses = text.split(",").map((part) => part.trim());
  const endpoints = addresses.map((at, i) => endpointOf(`n${i + 1}`, at, ports, `--nodes ${text}`));
  return { endpoints, faults: {}, logs: undefined };
}

/** A port that is given is the target's first one: `client` nearly always. */
function endpointOf(node: string, at: string, ports: Endpoint["ports"], where: string): Endpoint {
  const found = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d+))?$/.exec(at);
  const given = found?.[3] === undefined ? undefined : Number(found[3]);
  const host = found?.[1] ?? found?.[2];
  if (host === undefined || (given !== undefined && (given < 1 || given > 65_535)))
    throw new HarnessError("usage", `${where}: expected host or host:port, got "${at}"`);
  const [first = "client"] = Object.keys(ports);
  return { node, host, ports: given === undefined ? ports : { ...ports, [first]: given } };
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new HarnessError("usage", `${path}: expected JSON: ${messageOf(cause)}`, { cause });
  }
}
