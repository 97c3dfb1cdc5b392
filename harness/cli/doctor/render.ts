import { styleText } from "node:util";
import type { Finding } from "./finding.ts";

/** Colours for a terminal, nothing elsewhere: `util.styleText` bound to a stream, or the identity. */
export type Style = (format: "green" | "red" | "yellow" | "dim", text: string) => string;

export const PLAIN: Style = (_format, text) => text;

/** Colours where the stream shows them (NO_COLOR and pipes are respected). */
export const styleFor =
  (stream: NodeJS.WriteStream): Style =>
  (format, text) =>
    styleText(format, text, { stream });

/** One line per finding, the fix under it, a closing line with what is not possible. Ends in a line break. */
export function renderFindings(findings: readonly Finding[], style: Style = PLAIN): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const lines = findings.flatMap((finding) => [
    `${markOf(finding, style)}  ${finding.name.padEnd(width)}  ${finding.detail}`,
    ...(finding.ok || finding.fix === undefined
      ? []
      : [`${" ".repeat(width + 11)}${style("dim", "mend:")} ${finding.fix}`]),
  ]);
  return [...lines, "", closingLine(findings), ""].join("\n");
}

function markOf(finding: Finding, style: Style): string {
  if (finding.ok) return style("green", "ok     ");
  return finding.neededFor === "everything" || finding.neededFor === "Docker runs"
    ? style("red", "missing")
    : style("yellow", "absent ");
}

function closingLine(findings: readonly Finding[]): string {
  const missing = [...new Set(findings.filter(({ ok }) => !ok).map(({ neededFor }) => neededFor))];
  if (missing.length === 0) return "Everything is there.";
  if (missing.includes("everything")) return "riftcheck cannot run until this is mended.";
  return `Not possible until this is mended: ${missing.join("; ")}. Simulated runs work.`;
}
