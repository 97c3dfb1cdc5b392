import type { Json } from "#core/json";
import type { NodeContext } from "#core/store-node";
import type { Datatypes } from "./datatypes/datatypes.ts";
import type { Durability } from "./durability.ts";
import type { Settings } from "./options.ts";
import type { Replica } from "./replica.ts";
import type { Rules } from "./rules.ts";

/** What every part of one node is made with. */
export interface NodeParts {
  readonly context: NodeContext;
  readonly settings: Settings;
  readonly datatypes: Datatypes;
  readonly rules: Rules;
  readonly durability: Durability;
}

/** With the copy of the data that replications without a leader share. */
export interface ReplicaParts extends NodeParts {
  readonly replica: Replica;
}

/** A part of a node that talks to the same part of other nodes. */
export interface Mechanism {
  onMessage(from: string, message: Json): void;
}
