import { printable } from "../printable.ts";
import type { TextStyle } from "../text.ts";
import { compareRuns, type ComparedRow } from "./compare.ts";
import type { RunRow } from "./row.ts";

/** Columns of a terminal that a value may take before it is cut; the page shows it whole. */
const MAX_VALUE = 46;
const MAX_NAME = 38;

/** Two runs side by side for a terminal: what differs, and how much does not. Ends without a line feed. */
export function renderComparison(
  a: RunRow,
  b: RunRow,
  paint: (style: TextStyle, text: string) => string = (_style, text) => text,
): string {
  const rows = compareRuns(a, b);
  const differing = rows.filter(({ differs }) => differs);
  const widths = {
    name: widest(differing.map(({ name }) => cut(name, MAX_NAME))),
    a: widest(differing.map((row) => cut(row.a, MAX_VALUE))),
  };
  const same = rows.length - differing.length;
  return [
    `${paint("dim", "a")}  ${printable(a.path)}`,
    `${paint("dim", "b")}  ${printable(b.path)}`,
    ...differing.flatMap((row, i) => [
      ...(row.group === differing[i - 1]?.group ? [] : ["", paint("strong", row.group)]),
      lineOf(row, widths, paint),
    ]),
    "",
    paint(
      "dim",
      `${differing.length === 0 ? "nothing differs" : `${differing.length} differ`}, ${same} are the same`,
    ),
  ].join("\n");
}

function lineOf(
  { name, a, b, change }: ComparedRow,
  widths: { readonly name: number; readonly a: number },
  paint: (style: TextStyle, text: string) => string,
): string {
  const right = cut(b, MAX_VALUE);
  const told = change === null ? right : paint(change === "worse" ? "bad" : "good", `${right}  (${change})`);
  return `  ${cut(name, MAX_NAME).padEnd(widths.name)}  ${cut(a, MAX_VALUE).padEnd(widths.a)}  ${told}`;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
