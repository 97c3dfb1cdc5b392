import { HarnessError } from "#core/errors";
import type { ObjectSpec } from "#core/operation";
import { LineReader } from "../line-reader.ts";
import { AwditText } from "./awdit-text.ts";
import { CsvTable } from "./csv-table.ts";
import { EdnHistory } from "./edn-history.ts";
import { separatorOf } from "./csv-line.ts";
import type { Format } from "./format.ts";
import { isLoggedOperation, JepsenLog } from "./jepsen-log.ts";
import { JsonRows } from "./json-rows.ts";
import type { ImportOptions } from "./options.ts";
import { PlumeText } from "./plume-text.ts";
import { TextLines } from "./text-lines.ts";

/** Porcupine's keys hold texts, empty at first, to which `append` adds. */
const TEXT_REGISTERS: readonly ObjectSpec[] = [
  { keys: "*", type: "register", initial: "", order: "unknown", uniqueWrites: false, siblings: false },
];

const isEdn = (start: string): boolean =>
  /^(;[^\n]*\n\s*)*[[(]?\s*(;[^\n]*\n\s*)*(#[\w.$:/-]+\s*)?\{\s*:/.test(start);
const firstLine = (start: string): string => start.split("\n", 1)[0] ?? "";
const isMapped = ({ mapping }: ImportOptions): boolean => Object.keys(mapping?.columns ?? {}).length > 0;
/** Fields that every event of ours has, or the header's. */
const isOurs = (line: string): boolean =>
  /"riftcheck"\s*:/.test(line) || ["index", "process", "type"].every((field) => line.includes(`"${field}"`));

/** The formats that are read, in the order of `FORMAT_NAMES`. */
export const FORMATS: readonly Format[] = [
  {
    name: "jsonl",
    summary: "riftcheck's own, one JSON event per line",
    recognises: (start, options) => /^\{\s*"/.test(start) && !isMapped(options) && isOurs(firstLine(start)),
    open: ({ source, expectedBytes }) => new LineReader(source, expectedBytes),
  },
  {
    name: "json-rows",
    summary: "one JSON object per line, fields named by --map",
    recognises: (start) => /^\{\s*"/.test(start),
    open: (request) => new TextLines(request.source, new JsonRows(request)),
  },
  {
    name: "porcupine-kv",
    summary: "Porcupine's key-value logs: EDN with :key, :get, :put and :append on texts",
    recognises: (start) =>
      isEdn(start) && /^[^}]*:key\s/.test(start) && /^[^}]*:f\s+:(get|put|append)\b/.test(start),
    open: (request) => new EdnHistory({ ...request, objects: TEXT_REGISTERS }, "failure"),
  },
  {
    name: "jepsen-edn",
    aliases: ["knossos-edn", "elle-edn", "edn"],
    summary: "history.edn of Jepsen, histories of Knossos and elle-cli: operation maps in EDN",
    recognises: isEdn,
    open: (request) => new EdnHistory(request, "failure"),
  },
  {
    name: "jepsen-log",
    summary: "the log of a Jepsen test, or its history.txt",
    recognises: (start) => start.split("\n").some(isLoggedOperation),
    open: (request) => new TextLines(request.source, new JepsenLog(request)),
  },
  {
    name: "awdit",
    summary: "AWDIT's text: r and w lines, ----- behind transactions, ===== behind sessions",
    recognises: (start) => /^[rw] \d+ -?\d+\r?$/.test(firstLine(start)),
    open: (request) => new TextLines(request.source, new AwditText(request.source)),
  },
  {
    name: "plume",
    summary: "Plume's and IsoVista's text: w(key,value,session,transaction)",
    recognises: (start) => /^[rw]\(\d+,-?\d+,\d+,\d+\)\s*$/.test(firstLine(start)),
    open: (request) => new TextLines(request.source, new PlumeText(request.source)),
  },
  {
    name: "csv",
    summary: "a table with a line per event or operation, columns named by --map",
    recognises: (start, options) => isTable(start) || (isMapped(options) && /[,;\t]/.test(firstLine(start))),
    open: (request) => new TextLines(request.source, new CsvTable(request)),
  },
];

/** Columns enough for a table, as many in the second line. */
function isTable(start: string): boolean {
  const [first = "", second] = start.split(/\r?\n/, 2);
  const separator = separatorOf(first);
  const width = first.split(separator).length;
  return width >= 3 && (second === undefined || second.split(separator).length === width);
}

/** A format by its name or another. @throws HarnessError `unknown-name` */
export function formatNamed(name: string): Format {
  const format = FORMATS.find((one) => one.name === name || one.aliases?.includes(name) === true);
  if (format !== undefined) return format;
  throw new HarnessError(
    "unknown-name",
    `unknown format "${name}": expected auto or one of ${FORMATS.flatMap(({ name: own, aliases = [] }) => [own, ...aliases]).join(", ")}`,
  );
}
