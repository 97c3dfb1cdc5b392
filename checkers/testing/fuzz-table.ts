import { bankCases } from "./fuzz/banks.ts";
import { counterCases } from "./fuzz/counters.ts";
import { crdtCases } from "./fuzz/crdts.ts";
import { finalPhaseCases } from "./fuzz/final-phase.ts";
import type { FuzzCase } from "./fuzz/fuzz-case.ts";
import { listCases } from "./fuzz/lists.ts";
import { logCases } from "./fuzz/logs.ts";
import { multiKeyCases } from "./fuzz/multi-key.ts";
import { objectCases } from "./fuzz/objects.ts";
import { queueLossCases } from "./fuzz/queue-losses.ts";
import { readsFromCases } from "./fuzz/reads-from.ts";
import { registerCases } from "./fuzz/registers.ts";
import { replyCases } from "./fuzz/replies.ts";
import { sessionCases } from "./fuzz/sessions.ts";
import { siblingCases } from "./fuzz/siblings.ts";
import { splitBrainCases } from "./fuzz/split-brain.ts";
import { stalenessCases } from "./fuzz/staleness.ts";
import { textCases } from "./fuzz/texts.ts";

/** Every checker with the histories it is compared on with brute force: for property tests and for `npm run fuzz`. */
export const fuzzTable: readonly FuzzCase[] = [
  ...registerCases,
  ...objectCases,
  ...stalenessCases,
  ...readsFromCases,
  ...multiKeyCases,
  ...sessionCases,
  ...finalPhaseCases,
  ...siblingCases,
  ...queueLossCases,
  ...listCases,
  ...counterCases,
  ...splitBrainCases,
  ...crdtCases,
  ...textCases,
  ...bankCases,
  ...logCases,
  ...replyCases,
];

/** The cases of one checker, for its own tests. */
export const casesOf = (checker: string): FuzzCase[] =>
  fuzzTable.filter((fuzzCase) => fuzzCase.checker.name === checker);
