import { linearizableObjects } from "../search/linearizable-objects.ts";
import { counters } from "../search/models/counter.ts";
import { judgeBounds } from "./bounds.ts";

/** Linearizability of counters; final operations are no part of it. */
export const linearizableCounters = linearizableObjects({
  name: "linearizable-counters",
  summary: "linearizability of counters",
  type: "counter",
  kind: { ...counters, fast: judgeBounds },
});
