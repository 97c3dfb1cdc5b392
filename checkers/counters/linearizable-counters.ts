import { linearizableObjects } from "../search/linearizable-objects.ts";
import { judgeBounds } from "./bounds.ts";
import { counters } from "../search/models/counter.ts";

export const linearizableCounters = linearizableObjects({
  name: "linearizable-counters",
  summary: "linearizability of counters",
  type: "counter",
  kind: { ...counters, fast: judgeBounds },
});
