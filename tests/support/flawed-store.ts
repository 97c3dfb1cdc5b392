import { z } from "zod";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { NodeContext, StoreNode } from "#core/store-node";
import type { Target } from "#core/target";
import type { Nanoseconds } from "#core/units";
import { Objects, type Request } from "../../harness/cli/selftest/objects.ts";
import { perfectStore, StoreClient } from "../../harness/cli/selftest/perfect-store.ts";

/** What is wrong with a store: each node has a copy of its own, and the copies are kept alike by what this allows. */
export interface Flaws {
  /** How late a node hears of an operation that another one took; by operation. */
  readonly delay?: (request: Request, to: string) => Nanoseconds;
  /** The node that performs updates for all others, which learn of them later; absent: each takes its own. */
  readonly leader?: string;
  /** Whether an update is acknowledged and forgotten. */
  readonly loses?: (request: Request, count: number) => boolean;
  /** What becomes of an update on its way to another node. */
  readonly garble?: (request: Request, to: string) => Request;
  /** What a node makes of its answer to a read. */
  readonly misreads?: (reply: Reply, request: Request) => Reply;
  /** Sessions go from node to node. */
  readonly roams?: true;
  /** Reads at this level are answered by the leader. */
  readonly strongLevel?: string;
}

type Peer = { readonly request: Request; readonly delay: number };

class FlawedNode implements StoreNode {
  readonly #context: NodeContext;
  readonly #flaws: Flaws;
  readonly #objects = new Objects();
  readonly #leader: () => FlawedNode | undefined;
  #updates = 0;

  constructor(context: NodeContext, flaws: Flaws, leader: () => FlawedNode | undefined) {
    this.#context = context;
    this.#flaws = flaws;
    this.#leader = leader;
  }

  onMessage(_from: string, message: Json): void {
    const { request, delay } = message as unknown as Peer;
    this.#context.after(delay, () => void this.#objects.perform(request));
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const request = json as unknown as Request & { readonly level?: string };
    const isUpdate = request.f !== "read" && request.f !== "contains";
    const { strongLevel } = this.#flaws;
    const isStrong = isUpdate || (strongLevel !== undefined && request.level === strongLevel);
    const node = isStrong ? (this.#leader() ?? this) : this;
    const answer = isUpdate ? node.update(request) : node.#objects.perform(request);
    reply((isUpdate ? answer : (this.#flaws.misreads?.(answer, request) ?? answer)) as unknown as Json);
  }

  update(request: Request): Reply {
    if (this.#flaws.loses?.(request, ++this.#updates) === true) return {};
    const reply = this.#objects.perform(request);
    for (const to of this.#context.peers) {
      const sent = this.#flaws.garble?.(request, to) ?? request;
      const delay = this.#flaws.delay?.(request, to) ?? 0;
      this.#context.send(to, { request: sent, delay } as unknown as Json);
    }
    return reply;
  }
}

/** A store with these flaws, on the simulated cluster. */
export function flawedStore(flaws: Flaws): Target<Record<string, never>> {
  return {
    ...perfectStore,
    name: "flawed-store",
    options: z.object({}) as unknown as z.ZodType<Record<string, never>>,
    environments: {
      sim: () => {
        const nodes = new Map<string, FlawedNode>();
        const leader = (): FlawedNode | undefined =>
          flaws.leader === undefined ? undefined : nodes.get(flaws.leader);
        return {
          createNode: (context) => {
            const node = new FlawedNode(context, flaws, leader);
            nodes.set(context.node, node);
            return node;
          },
        };
      },
    },
    createClient: (context) => {
      const client = new StoreClient(context);
      if (flaws.roams !== true) return client;
      const pick = (): string => context.random.pick(context.nodes).node;
      return {
        invoke: (operation) => client.invoke({ node: pick(), ...operation }),
        close: () => client.close(),
      };
    },
  };
}

/** Whether an operation is on a key that begins so. */
export const isOn = ({ key }: Pick<Invocation, "key">, prefix: string): boolean =>
  key?.startsWith(prefix) === true;
