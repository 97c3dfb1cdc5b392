import type { Cell, Column, Row } from "../../experiments/experiment.ts";

/** Three significant digits; nothing measured is a dash. */
function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (Number.isInteger(cell)) return String(cell);
  return cell >= 100 ? cell.toFixed(0) : String(Number(cell.toPrecision(3)));
}

/** For a terminal: columns as wide as their widest cell. */
export function textTable(columns: readonly Column[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ name }) => cellText(row[name]))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const isNumeric = columns.map(({ name }) => rows.every((row) => typeof row[name] !== "string"));
  return cells
    .map((line) =>
      line
        .map((cell, i) => (isNumeric[i] === true ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable(columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map(({ name }) => cellText(row[name])))),
  ].join("\n");
}
