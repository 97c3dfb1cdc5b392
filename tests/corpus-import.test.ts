import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type History, STATUS, UNENDED } from "#core/history";
import { exportJepsen } from "../harness/history/exporters/jepsen-export.ts";
import { exportJsonl } from "../harness/history/exporters/jsonl-export.ts";
import { parseHistory, readHistory } from "../harness/history/read-history.ts";

const CORPUS = process.env["RIFTCHECK_CORPUS"] ?? join(import.meta.dirname, "../../shared/corpus");
const INDEX = join(CORPUS, "verdicts.json");
const present = existsSync(INDEX);

interface Entry {
  readonly file: string;
  readonly format: string;
}
const entries = present ? (JSON.parse(readFileSync(INDEX, "utf8")) as Entry[]) : [];
const filesOf = (format: string): string[] =>
  entries.filter((entry) => entry.format.startsWith(format)).map(({ file }) => file);

const textOf = (file: string): string => readFileSync(join(CORPUS, file), "utf8");
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const withStatus = (history: History, status: number): number =>
  history.status.reduce((sum, one) => sum + (one === status ? 1 : 0), 0);
const completed = (history: History): number =>
  history.retTime.reduce((sum, time) => sum + (time === UNENDED ? 0 : 1), 0);

const INVOKED = /:type :invoke|\s:invoke\s+:/g;
const COMPLETED = /:type :(?:ok|fail|info)|\s:(?:ok|fail|info)\s+:/g;
/** The nemesis invokes nothing: its events look like completions. */
const NEMESIS = /:process :nemesis/g;

describe.skipIf(!present)(
  "every history of the corpus (RIFTCHECK_CORPUS, else ../shared/corpus) is imported",
  () => {
    test("and there are some of each format", () => {
      const formats = ["awdit", "elle-cli", "plume", "knossos", "jepsen log", "porcupine kv"];
      expect(formats.map((format) => filesOf(format).length > 0)).toEqual(formats.map(() => true));
      expect(formats.flatMap(filesOf).length).toBe(entries.length);
    });

    test.each(["knossos", "elle-cli", "jepsen log", "porcupine kv"].flatMap(filesOf))("%s", async (file) => {
      const history = await readHistory(join(CORPUS, file));
      const text = textOf(file);
      expect(history.length).toBe(count(text, INVOKED));
      expect(completed(history)).toBe(count(text, COMPLETED) - count(text, NEMESIS));
      expect(history.warnings.join()).not.toContain("torn");
    });

    test.each(filesOf("jepsen log"))("%s: refused swaps are observations", async (file) => {
      const text = textOf(file);
      const history = await readHistory(join(CORPUS, file));
      const timedOutReads = count(text, /\s:fail\s+:read\s/g);
      expect(withStatus(history, STATUS.fail)).toBe(timedOutReads);
      expect(withStatus(history, STATUS.ok)).toBe(
        count(text, /\s:ok\s+:/g) + count(text, /\s:fail\s+:cas\s/g),
      );
      const strict = await readHistory(join(CORPUS, file), { failedCas: "failure" });
      expect(withStatus(strict, STATUS.fail)).toBe(count(text, /\s:fail\s+:/g));
    });

    test.each(filesOf("awdit"))("%s: transactions and steps", async (file) => {
      const history = await readHistory(join(CORPUS, file));
      const transactions = textOf(file)
        .split(/^[-=]{3,}$/m)
        .filter((part) => part.trim() !== "");
      expect(history.length).toBe(transactions.length);
      expect(stepsIn(history)).toBe(count(textOf(file), /^[rw] /gm));
    });

    test.each(filesOf("plume"))("%s: transactions without the initial one", async (file) => {
      const history = await readHistory(join(CORPUS, file));
      const lines = textOf(file).match(/\w\([^)]*\)/g) ?? [];
      const ids = new Set(lines.map((line) => line.replace(/.*,(\d+,\d+)\)/, "$1")));
      expect(history.length).toBe(ids.size - 1);
      expect(stepsIn(history)).toBe(lines.filter((line) => !line.endsWith(",0,0)")).length);
      expect(history.header.objects[0]?.initial).toBe(0);
    });

    test.each(entries.map(({ file }) => file))("%s survives the way to EDN and back", async (file) => {
      const history = await readHistory(join(CORPUS, file));
      const edn = [...exportJepsen(history)].join("");
      const returned = parseHistory(edn, file, { format: "jepsen-edn" });
      expect([...exportJsonl(returned)].join("")).toBe([...exportJsonl(history)].join(""));
      expect(returned.length).toBe(history.length);
    });
  },
);

const stepsIn = (history: History): number =>
  history.value.reduce((sum, id) => sum + (history.valueOf(id) as readonly unknown[]).length, 0);
