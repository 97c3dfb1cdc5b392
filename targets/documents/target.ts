import type { ObjectSpec } from "#core/operation";
import { formatDuration, SECOND } from "#core/units";
import type { ClusterContext } from "#core/cluster";
import type { ClaimsContext, Target } from "#core/target";
import type { Expectation } from "#core/verdict";
import { messageOf } from "#core/errors";
import { DocumentClient } from "./client.ts";
import type { DocumentLibrary } from "./document.ts";
import { DocumentNode, type NodeOptions } from "./node.ts";

/** What one library's target adds. */
export interface DocumentTarget<Options extends NodeOptions>
  extends Pick<Target<Options>, "name" | "summary" | "options"> {
  /** Called once per run, before time is virtual. */
  load(options: Options): DocumentLibrary;
  /** What objects of a type are with these options; undefined: nothing of the kind is claimed. */
  crdt(options: Options, type: ObjectSpec["type"]): ObjectSpec["crdt"];
}

/** A target whose nodes hold a document for each key. */
export function documentTarget<Options extends NodeOptions>(own: DocumentTarget<Options>): Target<Options> {
  return {
    name: own.name,
    summary: own.summary,
    options: own.options,
    environments: {
      sim: (options) => {
        const library = own.load(options);
        return { createNode: (context) => new DocumentNode(context, library, options) };
      },
    },
    defaults: { nodes: 3, clients: 6, workload: "shared-document" },
    workloads: [
      "shared-document",
      "session",
      "set",
      "profile-edit",
      "view-counter",
      "post-comment",
      "shopping-cart",
      "like-counter",
    ],
    claims: (options, context) => claimsOf(own, options, context),
    objects: (options, declared) => declared.map((spec) => claimed(spec, own.crdt(options, spec.type))),
    createClient: (context) => new DocumentClient(context),
    notReady,
    hasLeader: () => false,
  };
}

const claimed = (spec: ObjectSpec, crdt: ObjectSpec["crdt"]): ObjectSpec =>
  crdt === undefined ? spec : { ...spec, crdt, visibility: "eventual" };

function claimsOf<Options extends NodeOptions>(
  { crdt }: DocumentTarget<Options>,
  options: Options,
  { objects }: ClaimsContext,
): readonly Expectation[] {
  const types = objects.map(({ type }) => [type, crdt(options, type)] as const);
  const keepsAll = types.every(
    ([type, claim]) => type !== "register" && (type === "text" || claim !== undefined),
  );
  return [
    { model: "convergence", is: "holds" },
    ...(types.every(([, claim]) => claim !== undefined)
      ? ([{ model: "crdt-semantics", is: "holds" }] as const)
      : []),
    keepsAll
      ? { model: "no-lost-writes", is: "holds" }
      : { model: "no-lost-writes", is: "may-break", reason: "of concurrent changes of one entry one wins" },
  ];
}

/** A living node answers within milliseconds; a paused one does not answer. */
const STATUS_WITHIN = SECOND;

async function notReady<Options>({ runtime, cluster }: ClusterContext<Options>): Promise<string | undefined> {
  for (const node of cluster.nodes) {
    const missing = await new Promise<string | undefined>((resolve) => {
      const cancel = runtime.after(STATUS_WITHIN, () =>
        resolve(`${node}: no answer within ${formatDuration(STATUS_WITHIN)}`),
      );
      const ask = async (): Promise<void> => {
        const connection = await runtime.connect(cluster.endpoint(node));
        await connection.request({ op: "status" });
        connection.close();
      };
      ask()
        .then(
          () => resolve(undefined),
          (error: unknown) => resolve(`${node}: ${messageOf(error)}`),
        )
        .finally(cancel);
    });
    if (missing !== undefined) return missing;
  }
  return undefined;
}
