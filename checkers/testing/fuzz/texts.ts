import { textDurability } from "../../texts/text-durability.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { type ObjectRuns, objectRuns } from "../arbitrary-objects.ts";
import { headerOf } from "../operations.ts";
import { lostChars } from "../oracles/texts.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];

interface Char {
  readonly id: number;
  readonly char: string;
}

/** Characters put at the beginning or at the end, some of them erased; lies leave one out. */
const typing: ObjectRuns<Char[]> = {
  start: () => [],
  ask: (f, choice, i) => {
    if (f < 30) return { f: "read", value: null };
    if (f < 45) return { f: "erase", value: { id: choice % 8 } };
    return { f: "insert", value: { id: i, after: null, char: "abcdefgh"[i % 8]! } };
  },
  perform: (text, operation, lies, choice) => {
    const { id, char } = (operation.value ?? {}) as { readonly id: number; readonly char: string };
    if (operation.f === "insert") text.unshift({ id, char });
    if (operation.f === "erase") text.splice(0, text.length, ...text.filter((one) => one.id !== id));
    if (operation.f === "read" && operation.status === "ok") {
      operation.value = text.filter((_, i) => !lies || i !== choice % text.length).map((one) => ({ ...one }));
    }
  },
};

/** Texts of which the last reads show some of the characters. */
export const textCases: readonly FuzzCase[] = [
  countCase({
    title: "typed and erased",
    checker: textDurability,
    types: { "lost-char": "no-lost-writes" },
    header: headerOf({ type: "text" }, NODES),
    runs: withFinalReads(objectRuns(typing, { sessions: 3, operations: 8, lies: 20 }), NODES),
    count: (operations) => ({ "lost-char": lostChars(operations, NODES).length }),
  }),
];
