import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Cluster, ClusterContext, NodeState } from "#core/cluster";
import type { Runtime } from "#core/runtime";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { add, members, remove } from "../targets/etcd/change.ts";
import { type EtcdOptions, optionsSchema } from "../targets/etcd/options.ts";
import { peerUrl } from "../targets/etcd/plan.ts";

const NODES = ["n1", "n2", "n3"] as const;
/** Loopback addresses of their own: members are told apart by where they are. */
const hostOf = (node: string): string => `127.0.0.${1 + Number(node.slice(1))}`;

/** Nodes that answer as etcd's gateway does, and processes that end and start as they are told. */
class FakeEtcd implements AsyncDisposable {
  readonly done: string[] = [];
  readonly state = new Map<string, NodeState>();
  readonly silent = new Set<string>();
  readonly commands = new Map<string, string>();
  members: { ID: string; name?: string; peerURLs: string[] }[] = [];
  /** What the next changes are answered with. */
  readonly refusals: string[] = [];
  readonly #servers = new Map<string, { readonly port: number; close(): void }>();
  #nextId = 100;
  #waited = 0;

  static async start(): Promise<FakeEtcd> {
    const etcd = new FakeEtcd();
    for (const [i, node] of NODES.entries()) {
      etcd.members.push({ ID: String(i + 1), name: node, peerURLs: [peerUrl(hostOf(node))] });
      etcd.state.set(node, "running");
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          const [status, answer] = etcd.#answer(node, request.url ?? "", body === "" ? {} : JSON.parse(body));
          response.writeHead(status).end(JSON.stringify(answer));
        });
      });
      server.listen(0, hostOf(node));
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      etcd.#servers.set(node, {
        port,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    }
    return etcd;
  }

  get context(): ClusterContext<EtcdOptions> {
    const real = new RealTimeRuntime("etcd-members");
    // Waiting takes no time here, only the clock says that it did; and it looks less often than in earnest.
    const runtime: Pick<Runtime, "now" | "sleep" | "after"> = {
      now: () => this.#waited,
      sleep: async (ns) => void (this.#waited += 20 * ns),
      after: (ns, callback) => real.after(ns, callback),
    };
    const cluster: Partial<Cluster> = {
      environment: "docker",
      nodes: NODES,
      endpoint: (node) => ({
        node,
        host: hostOf(node),
        ports: { client: this.#servers.get(node)?.port ?? 0 },
      }),
      state: async (node) => this.state.get(node) ?? "stopped",
      kill: async (node) => {
        this.done.push(`kill ${node}`);
        this.state.set(node, "stopped");
      },
      start: async (node) => {
        this.done.push(`start ${node}`);
        this.state.set(node, "running");
        const member = this.members.find(({ peerURLs }) => peerURLs.includes(peerUrl(hostOf(node))));
        if (member !== undefined) member.name = node;
      },
      machines: {
        replace: async (node, commands) => {
          this.done.push(`replace ${node}`);
          this.commands.set(node, commands["etcd"]?.join(" ") ?? "");
        },
      },
    };
    return {
      runtime: runtime as Runtime,
      cluster: cluster as Cluster,
      options: optionsSchema.parse({}),
    };
  }

  #answer(node: string, path: string, body: Record<string, unknown>): [number, unknown] {
    if (this.silent.has(node) || this.state.get(node) !== "running") return [503, { error: "no leader" }];
    if (path === "/health") return [200, { health: "true" }];
    if (path === "/v3/cluster/member/list") return [200, { members: this.members }];
    if (path === "/v3/kv/range") return [200, {}];
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return [503, { error: refusal }];
    if (path === "/v3/cluster/member/remove") {
      this.done.push(`${node} removes ${String(body["ID"])}`);
      this.members = this.members.filter(({ ID }) => ID !== body["ID"]);
    } else if (path === "/v3/cluster/member/add") {
      this.done.push(`${node} adds`);
      this.members.push({ ID: String(this.#nextId++), peerURLs: body["peerURLs"] as string[] });
    } else return [404, { error: path }];
    return [200, { members: this.members }];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { close } of this.#servers.values()) close();
  }
}

describe("members of etcd", () => {
  let etcd: FakeEtcd | undefined;
  afterEach(async () => {
    await etcd?.[Symbol.asyncDispose]();
  });

  test("another node removes it, and a process that does not end by itself is ended", async () => {
    etcd = await FakeEtcd.start();
    await remove(etcd.context, "n1");
    expect(etcd.done).toEqual(["n2 removes 1", "kill n1"]);
    expect(await members(etcd.context)).toEqual(["n2", "n3"]);
    await remove(etcd.context, "n1");
    expect(etcd.done).toEqual(["n2 removes 1", "kill n1"]);
  });

  test("nobody is removed where those left would have no majority", async () => {
    etcd = await FakeEtcd.start();
    etcd.silent.add("n3");
    await expect(remove(etcd.context, "n2")).rejects.toMatchObject({
      code: "quorum-at-risk",
      message: "n2 is not removed: those left without n2 have no majority",
    });
    expect(etcd.done).toEqual([]);
    await remove(etcd.context, "n3");
    expect(etcd.done).toEqual(["n1 removes 3", "kill n3"]);
  });

  test("what etcd refuses did not happen; of any other answer nobody knows", async () => {
    etcd = await FakeEtcd.start();
    etcd.refusals.push(...Array.from({ length: 1_000 }, () => "etcdserver: unhealthy cluster"));
    await expect(remove(etcd.context, "n2")).rejects.toMatchObject({ code: "quorum-at-risk" });
    etcd.refusals[0] = "etcdserver: request timed out";
    await expect(remove(etcd.context, "n2")).rejects.toMatchObject({ code: "fault-failed" });
  });

  test("it comes back as another member, on a new machine, and joins those at work", async () => {
    etcd = await FakeEtcd.start();
    await remove(etcd.context, "n2");
    etcd.done.length = 0;
    etcd.refusals.push("etcdserver: unhealthy cluster");
    await add(etcd.context, "n2");
    expect(etcd.done).toEqual(["kill n2", "replace n2", "n1 adds", "start n2"]);
    expect(etcd.commands.get("n2")).toContain("--initial-cluster-state existing");
    for (const node of NODES) expect(etcd.commands.get("n2")).toContain(`${node}=${peerUrl(hostOf(node))}`);
    expect((await members(etcd.context)).sort()).toEqual([...NODES]);
    etcd.done.length = 0;
    await add(etcd.context, "n2");
    expect(etcd.done).toEqual([]);
  });

  test("a member of an attempt that came to nothing is removed first", async () => {
    etcd = await FakeEtcd.start();
    await remove(etcd.context, "n2");
    etcd.members.push({ ID: "50", peerURLs: [peerUrl(hostOf("n2"))] });
    etcd.done.length = 0;
    await add(etcd.context, "n2");
    expect(etcd.done).toEqual(["n1 removes 50", "kill n2", "replace n2", "n1 adds", "start n2"]);
  });
});
