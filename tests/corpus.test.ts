import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VerdictDocument } from "#core/run";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { readHistory } from "../harness/history/read-history.ts";

const CORPUS = process.env["RIFTCHECK_CORPUS"] ?? join(import.meta.dirname, "../../shared/corpus");
const INDEX = join(CORPUS, "verdicts.json");
const present = existsSync(INDEX);

interface Entry {
  readonly file: string;
  readonly format: string;
  /** null: what is known is a transactional level. */
  readonly valid: boolean | null;
}
const entries = present ? (JSON.parse(readFileSync(INDEX, "utf8")) as Entry[]) : [];

/** Formats of transactions only. */
const isTransactional = ({ file, format }: Entry): boolean =>
  format.startsWith("awdit") || format.startsWith("plume") || file.startsWith("elle-cli/elle/");

interface Difference {
  readonly valid: boolean | "unknown";
  /** What the summary must say. */
  readonly says: string;
  /** Why the known verdict is not ours. */
  readonly because: string;
}

/** Histories that are judged otherwise than is known of them. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "elle-cli/jepsen/set_full.edn": {
    valid: true,
    says: "no promise was broken",
    because:
      "One process adds 0 … 292 one after the other under the independent key 0 (values [0 0] … [0 292]), every add is acknowledged, and the only read comes 15 s later and returns exactly 0 … 292: nothing is missing, nothing is new. elle-cli calls it invalid because it takes the pairs [0 n] for the elements, and the read returned plain numbers, none of which is a pair.",
  },
  "knossos/cas-register/good/mongodb-v0-ack-rollback-11.edn": {
    valid: "unknown",
    says: "no register was read",
    because: "Its three operations all failed: nothing happened that could have broken anything.",
  },
};

const judged = async ({ file }: Entry): Promise<VerdictDocument> =>
  judgeHistory(await readHistory(join(CORPUS, file)), { expectations: undefined });

describe.skipIf(!present)(
  "the known verdicts of the corpus (RIFTCHECK_CORPUS, else ../shared/corpus)",
  () => {
    const known = entries.filter((entry) => !isTransactional(entry) && !(entry.file in DIFFERENCES));

    test("are many, and each difference is of a file that is there", () => {
      expect(known.length).toBeGreaterThan(90);
      const files = entries.map(({ file }) => file);
      expect(Object.keys(DIFFERENCES).filter((file) => !files.includes(file))).toEqual([]);
    });

    test.each(known.map((entry) => [entry.file, entry] as const))("%s", async (_, entry) => {
      const verdict = await judged(entry);
      expect(verdict.valid).toBe(entry.valid);
      expect(verdict.expectations).not.toEqual([]);
      expect(verdict.contradictions).toBeUndefined();
      if (entry.valid === false) expect(verdict.anomalies).not.toEqual([]);
    });

    test.each(Object.entries(DIFFERENCES))("%s differs, for a reason", async (file, difference) => {
      const entry = entries.find((one) => one.file === file)!;
      const verdict = await judged(entry);
      expect(difference.valid).not.toBe(entry.valid);
      expect(verdict.valid).toBe(difference.valid);
      expect(verdict.summary).toContain(difference.says);
    });

    test("the read of set_full.edn returns all that was added, and nothing else", async () => {
      const history = await readHistory(join(CORPUS, "elle-cli/jepsen/set_full.edn"));
      const operations = Array.from({ length: history.length }, (_, row) => history.operation(row));
      const added = operations.filter(({ f }) => f === "add").map(({ value }) => value);
      expect(operations.at(-1)).toMatchObject({ f: "read", status: "ok", value: added });
      expect(added).toEqual(Array.from({ length: 293 }, (_, i) => i));
      expect(operations.every(({ key, status }) => key === "0" && status === "ok")).toBe(true);
    });

    test.each(entries.filter(isTransactional).map((entry) => [entry.file, entry] as const))(
      "%s is transactional: not judged, and never called valid",
      async (_, entry) => {
        const verdict = await judged(entry);
        expect(verdict.valid).toBe("unknown");
        expect(verdict.summary).toBe("nothing proved: no checker judges transactions yet");
        expect(verdict.results.filter((result) => result.verdict === "satisfied")).toEqual([]);
      },
    );
  },
);
