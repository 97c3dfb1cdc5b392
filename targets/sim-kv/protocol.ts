import type { Json } from "#core/json";

/** One change of the data. `none` begins each leader's term. */
export type Command =
  | { readonly kind: "none" }
  | { readonly kind: "write"; readonly key: string; readonly value: Json }
  | { readonly kind: "add"; readonly key: string; readonly element: Json };

/** One entry of the replicated log, named by its index, which begins at 1. */
export type Entry = { readonly term: number; readonly command: Command };

/** The end of a node's log: what voters compare. */
export type LogEnd = { readonly lastIndex: number; readonly lastTerm: number };

/** Asks for a vote; as `pre-vote`, whether one would be given, without anybody's term changing. */
export type VoteRequest = LogEnd & { readonly type: "pre-vote" | "vote"; readonly term: number };
export type VoteReply = {
  readonly type: "pre-vote-reply" | "vote-reply";
  readonly term: number;
  readonly granted: boolean;
};

/** Entries that follow entry `prevIndex` of term `prevTerm`; without entries a heartbeat. */
export type Append = {
  readonly type: "append";
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
};

/** Accepted: the logs agree up to `index`. Else: they may agree up to `index`, where the follower's entry has `indexTerm`. */
export type AppendReply = {
  readonly type: "append-reply";
  readonly term: number;
  readonly accepted: boolean;
  readonly index: number;
  readonly indexTerm: number;
};

/** The leader asks whether it still leads. */
export type Confirm = {
  readonly type: "confirm" | "confirm-reply";
  readonly term: number;
  readonly round: number;
};

/** What nodes tell each other. */
export type PeerMessage = VoteRequest | VoteReply | Append | AppendReply | Confirm;

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

export type Role = "follower" | "candidate" | "leader";
export type Status = { readonly role: Role; readonly leader: string | null; readonly term: number };

/** Why a node did not do what it was asked to. */
export type Refusal = { readonly error: "not-leader" | "no-quorum"; readonly leader: string | null };
export type Response = Status | { readonly value: Json } | Refusal;
