import { listDurability } from "../../lists/list-durability.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { listsOf, objectRuns } from "../arbitrary-objects.ts";
import { headerOf, type Operation } from "../operations.ts";
import { isSequentialObject, listEffect } from "../oracles/linearizable-object.ts";
import { hasTwoOrders, impossibleElements, lostAppends } from "../oracles/lists.ts";
import { countCase, type FuzzCase, verdictCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];
const header = headerOf({ type: "list" }, NODES);

const count = (operations: readonly Operation[]): Record<string, number> => ({
  "lost-element": lostAppends(operations, NODES).length,
  ...impossibleElements(operations),
});

const casesFor = (elements: string, distinct: boolean): FuzzCase[] => {
  const ordered = objectRuns(listsOf(distinct), { sessions: 3, operations: 9, lies: 60 });
  const checker = listDurability;
  return [
    countCase({
      title: elements,
      checker,
      types: {
        "lost-element": "no-lost-writes",
        "thin-air-read": "causal",
        "aborted-read": "causal",
        "duplicate-element": "causal",
        "future-read": "linearizable",
      },
      header,
      runs: withFinalReads(objectRuns(listsOf(distinct), { sessions: 3, operations: 8, lies: 20 }), NODES),
      count,
      isBroken: (part, { type }) =>
        type === "incompatible-order" ? hasTwoOrders(part) : (count(part)[type] ?? 0) > 0,
    }),
    verdictCase({
      title: `orders of ${elements}`,
      checker,
      model: "sequential",
      header,
      runs: ordered,
      holds: (operations) => !hasTwoOrders(operations),
      open: "nothing",
    }),
    ...(["sequential", "causal"] as const).map((model) =>
      verdictCase({
        title: `${elements}, accused of not being ${model}`,
        checker,
        model,
        header,
        runs: ordered,
        holds: (operations) => isSequentialObject(operations, listEffect, []),
        open: "satisfied",
      }),
    ),
  ];
};

/** Lists that are appended to. */
export const listCases: readonly FuzzCase[] = [
  ...casesFor("distinct elements", true),
  ...casesFor("repeated elements", false),
];
