import type { Checker } from "#core/checker";
import { type Crdt, CRDT_TYPES, type VersionOrder, VISIBILITIES } from "#core/operation";
import { gCounter } from "../../crdt/g-counter.ts";
import { gSet } from "../../crdt/g-set.ts";
import { lwwRegister } from "../../crdt/lww-register.ts";
import { orSet } from "../../crdt/or-set.ts";
import { pnCounter } from "../../crdt/pn-counter.ts";
import { text } from "../../crdt/text.ts";
import { twoPhaseSet } from "../../crdt/two-phase-set.ts";
import {
  counterRunsOf,
  type CrdtRuns,
  crdtRuns,
  gSetRuns,
  lwwRunsOf,
  orSetRuns,
  rgaRuns,
  twoPhaseSetRuns,
} from "../arbitrary-crdt.ts";
import { headerOf } from "../operations.ts";
import { CRDT_DEFINITIONS, isCrdtHistory } from "../oracles/crdt.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];

interface CrdtSuite {
  readonly name: string;
  readonly checker: Checker;
  readonly crdt: Crdt;
  readonly runs: CrdtRuns;
  /** Shares of 100 of answers that are falsified. */
  readonly lies: number;
  readonly order?: VersionOrder;
}

const suites: readonly CrdtSuite[] = [
  { name: "g-counters", checker: gCounter, crdt: "g-counter", runs: counterRunsOf(false), lies: 18 },
  { name: "pn-counters", checker: pnCounter, crdt: "pn-counter", runs: counterRunsOf(true), lies: 25 },
  { name: "g-sets", checker: gSet, crdt: "g-set", runs: gSetRuns, lies: 12 },
  { name: "2p-sets", checker: twoPhaseSet, crdt: "2p-set", runs: twoPhaseSetRuns, lies: 15 },
  { name: "or-sets", checker: orSet, crdt: "or-set", runs: orSetRuns, lies: 15 },
  { name: "lww-registers", checker: lwwRegister, crdt: "lww", runs: lwwRunsOf(false), lies: 20 },
  {
    name: "lww-registers with versions",
    checker: lwwRegister,
    crdt: "lww",
    runs: lwwRunsOf(true),
    lies: 20,
    order: "version",
  },
  { name: "texts", checker: text, crdt: "rga", runs: rgaRuns, lies: 35 },
];

/** Replicated data types, under each visibility: whether some execution of the type explains the history. */
export const crdtCases: readonly FuzzCase[] = suites.flatMap(({ name, checker, crdt, runs, lies, order }) =>
  VISIBILITIES.map((visibility) => {
    const causal = visibility === "causal";
    return verdictCase({
      title: `${name}, ${visibility}`,
      checker,
      model: "crdt-semantics",
      header: headerOf({ type: CRDT_TYPES[crdt], crdt, visibility, ...(order && { order }) }, NODES),
      runs: crdtRuns(runs, { sessions: 2, operations: causal ? 5 : 6, lies, causal, nodes: NODES }),
      holds: (operations) => isCrdtHistory(operations, CRDT_DEFINITIONS[crdt], { visibility, nodes: NODES }),
      open: "unknown",
    });
  }),
);
