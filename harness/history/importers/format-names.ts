/** Names of the formats that are read, in the order in which they are tried; the formats themselves are in `registry.ts`. */
export const FORMAT_NAMES = [
  "jsonl",
  "json-rows",
  "porcupine-kv",
  "jepsen-edn",
  "jepsen-log",
  "awdit",
  "plume",
  "csv",
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];
