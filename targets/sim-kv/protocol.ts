import type { Json } from "#core/json";
import type { Status } from "../eventual/protocol.ts";
import type { LogMessage } from "../eventual/replication/single-leader/messages.ts";

/** One change of the data. `none` begins each leader's term. */
export type Command =
  | { readonly kind: "none" }
  | { readonly kind: "write"; readonly key: string; readonly value: Json }
  | { readonly kind: "add"; readonly key: string; readonly element: Json };

/** What nodes tell each other. */
export type PeerMessage = LogMessage<Command>;

/** What clients ask. `read` from `leader` is refused by other nodes; from `node`, whoever is asked answers. */
export type Request =
  | { readonly op: "status" }
  | {
      readonly op: "read";
      readonly key: string;
      readonly object: "register" | "set";
      readonly from: "leader" | "node";
    }
  | { readonly op: "write"; readonly key: string; readonly value: Json }
  | { readonly op: "add"; readonly key: string; readonly element: Json };

/** Why a node did not do what it was asked to. */
export type Refusal = { readonly error: "not-leader" | "no-quorum"; readonly leader: string | null };
export type Response = Status | { readonly value: Json } | Refusal;
