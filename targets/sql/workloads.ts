import type { ObjectSpec } from "#core/operation";

/** Workloads whose operations `perform` knows. */
export const SQL_WORKLOADS: readonly string[] = [
  ...["session", "set", "append", "lin-kv", "configuration", "last-item", "g-set", "g-counter", "pn-counter"],
  ...["like-counter", "shopping-cart", "bank", "txn-list-append", "txn-rw-register"],
];

/** Rows of a table do not merge: what a workload would call a CRDT is a plain object here. */
export const withoutCrdts = (declared: readonly ObjectSpec[]): readonly ObjectSpec[] =>
  declared.map((spec) => {
    const { crdt, visibility, ...plain } = spec;
    return crdt === undefined && visibility === undefined ? spec : plain;
  });
