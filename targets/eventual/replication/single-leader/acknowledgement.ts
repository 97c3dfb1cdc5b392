/** How far the nodes have come, as the leader knows it: indexes of the log. */
export interface Progress {
  /** Applied by the leader. */
  readonly applied: number;
  /** Applied by each of the followers, as far as they said. */
  readonly followersApplied: readonly number[];
  /** Followers that have not answered for as long as an election takes. */
  readonly silent: readonly string[];
}

/** When a leader acknowledges updates, and what that takes. One file for each way. */
export interface Acknowledgement {
  /** When nodes apply an entry: as soon as they have it, or once a majority has it on disk. */
  readonly appliesAt: "receipt" | "commit";
  /** Updates up to this index may be acknowledged. */
  acknowledged(progress: Progress): number;
  /** Why no update can be acknowledged now, known before anything is done; undefined: nothing is in the way. */
  obstacle(progress: Progress): string | undefined;
}
