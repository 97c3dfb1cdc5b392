import { crdtChecker } from "./crdt-checker.ts";
import { lwwFindings } from "./lww-findings.ts";
import { judgeLwwSessions } from "./lww-sessions.ts";
import { lwwWritesOf } from "./lww-writes.ts";

/**
 * LWW-Register: of the writes it received a replica shows the one with the latest timestamp. In the end that is the same
 * acknowledged write on all nodes, or one that nobody acknowledged and that is later still. Timestamps are the versions, if
 * the header says so (`"order": "version"`); else some order of all writes, which under causal visibility follows causes. Real time orders
 * nothing: clocks differ. Exact for distinct values. Source: Shapiro et al. 2011, specification 8; Bouajjani et al. 2017.
 */
export const lwwRegister = crdtChecker({
  name: "lww-register",
  crdt: "lww",
  summary: "replicated registers whose last writer wins",
  judge: (history, object, budget) => {
    const writes = lwwWritesOf(history, object);
    if (typeof writes === "string") return { findings: [], undecided: writes };
    const findings = lwwFindings(history, object, writes);
    if (!object.isCausal || findings.length > 0) return { findings };
    return judgeLwwSessions(history, object, writes, budget);
  },
});
