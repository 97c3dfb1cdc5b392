import type { Json } from "#core/json";

/** One entry of the replicated log, named by its index, which begins at 1. */
export type Entry<Command extends Json = Json> = { readonly term: number; readonly command: Command };

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
export type Append<Command extends Json = Json> = {
  readonly type: "append";
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry<Command>[];
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

/** What nodes with a leader tell each other. */
export type LogMessage<Command extends Json = Json> =
  | VoteRequest
  | VoteReply
  | Append<Command>
  | AppendReply
  | Confirm;

export type Role = "follower" | "candidate" | "leader";
