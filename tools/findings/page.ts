import { formatDuration } from "#core/units";
import type { ANOMALY_TYPES } from "#core/verdict";
import { percent } from "../../reports/phrases.ts";
import { count, grouped } from "../../reports/words.ts";
import { argumentsOf, type Finding, type Variant } from "./finding.ts";
import type { Measurement } from "./measurement.ts";

/** `docs/findings.md`: what is known of real stores, and what runs of it came to. */
export function findingsPage(findings: readonly Finding[], all: readonly Measurement[]): string {
  const measured = findings.map((finding) => ({
    finding,
    runs: all.filter((one) => one.finding === finding.name),
  }));
  return `# Findings on real stores

<!-- Written by \`npm run findings\` from docs/findings.jsonl; change tools/findings/registry.ts instead. -->

What is known of real stores, run again with riftcheck: Debian's packages, unmodified, in containers on one machine with two cores. "Shown" counts the
runs whose verdict proves it; in the others it was not met, which is no proof of the contrary. Every number is of stored runs, one line each in
[findings.jsonl](findings.jsonl).

| store | what is known | shown | with the remedy | source |
|---|---|---|---|---|
${measured.map(({ finding, runs }) => summaryRow(finding, runs)).join("\n")}

To run one again, with its seeds, and write this page:

\`\`\`sh
npm run findings -- redis-sentinel
\`\`\`

${measured.map(({ finding, runs }) => sectionOf(finding, runs)).join("\n\n")}
`;
}

const LOSSES: readonly (typeof ANOMALY_TYPES)[number][] = ["lost-element", "lost-write", "lost-increment"];

const sumOf = (runs: readonly Measurement[], of: (run: Measurement) => number): number =>
  runs.reduce((all, run) => all + of(run), 0);
const cellOf = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const rowOf = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(" | ")} |`;
const of = (runs: readonly Measurement[], variant: Variant): Measurement[] =>
  runs.filter((run) => run.variant === variant.name);

function summaryRow(finding: Finding, runs: readonly Measurement[]): string {
  const [first, ...others] = finding.variants;
  return rowOf([
    `[${finding.store}](#${finding.name})`,
    finding.known,
    first === undefined ? "" : shownOf(finding, of(runs, first)),
    others.map((each) => `${each.words}: ${shownOf(finding, of(runs, each))}`).join("; "),
    finding.source,
  ]);
}

function shownOf({ breaks }: Finding, runs: readonly Measurement[]): string {
  if (runs.length === 0) return "not run";
  if (breaks === undefined) return `${count(runs.length, "run")} recorded`;
  const shown = runs.filter((run) => run.shown === true).length;
  const open = runs.filter((run) => run.shown === undefined).length;
  const share = breaks.model === "no-lost-writes" ? `, ${percent(...lossesOf(runs))} of updates lost` : "";
  return `${shown} of ${runs.length}${open === 0 ? "" : `, ${open} undecided`}${share}`;
}

/** Acknowledged updates that are gone, and all that were acknowledged. */
function lossesOf(runs: readonly Measurement[]): [lost: number, acknowledged: number] {
  const lost = ({ counts, vanished = 0 }: Measurement): number =>
    LOSSES.reduce((sum, type) => sum + (counts[type] ?? 0), -vanished);
  return [sumOf(runs, lost), sumOf(runs, ({ updates }) => updates)];
}

function sectionOf(finding: Finding, runs: readonly Measurement[]): string {
  const proof = runs.find((run) => run.proof !== undefined && run.variant === finding.variants[0]?.name);
  const versions = [...new Set(runs.flatMap(({ version }) => version ?? []))];
  return [
    `## ${finding.name}`,
    `${finding.store}${versions.length === 0 ? "" : ` (${versions.join(", ")})`}. **Known:** ${finding.known} (${finding.source}).`,
    finding.variants
      .map((variant) => `- ${variant.words}: \`riftcheck run ${argumentsOf(finding, variant).join(" ")}\``)
      .join("\n"),
    tableOf(finding, runs),
    finding.told,
    proof?.proof === undefined ? [] : proofOf(proof.seed, proof.proof),
  ]
    .flat()
    .join("\n\n");
}

function tableOf(finding: Finding, runs: readonly Measurement[]): string {
  const rows = finding.variants.map((variant) => figuresOf(finding, variant, of(runs, variant)));
  const head = ["", "expected", "seeds", "shown", "verdicts", "operations", "acknowledged updates", "found"];
  return [rowOf(head), `|${"---|".repeat(head.length)}`, ...rows.map(rowOf)].join("\n");
}

function figuresOf(finding: Finding, variant: Variant, runs: readonly Measurement[]): string[] {
  return [
    variant.words,
    EXPECTED_WORDS[variant.expected],
    seedsOf(runs),
    shownOf(finding, runs),
    verdictsOf(runs),
    grouped(sumOf(runs, ({ operations: { ok, fail, info } }) => ok + fail + info)),
    grouped(sumOf(runs, ({ updates }) => updates)),
    foundIn(runs),
  ];
}

const EXPECTED_WORDS: Readonly<Record<Variant["expected"], string>> = {
  shows: "shown",
  "does not": "not shown",
  less: "less, or not shown",
};

function seedsOf(runs: readonly Measurement[]): string {
  const seeds = runs.map(({ seed }) => seed);
  const [first, last] = [Math.min(...seeds), Math.max(...seeds)];
  return runs.length === last - first + 1 && runs.length > 2 ? `${first}–${last}` : seeds.join(", ");
}

function verdictsOf(runs: readonly Measurement[]): string {
  const named = runs.map(({ valid }) => (valid === "unknown" ? "unknown" : valid ? "valid" : "invalid"));
  return [...Map.groupBy(named, (name) => name)].map(([name, list]) => `${list.length} ${name}`).join(", ");
}

function foundIn(runs: readonly Measurement[]): string {
  const types = [...new Set(runs.flatMap(({ counts }) => Object.keys(counts)))].sort();
  const counted = types.map((type) => `${grouped(sumOf(runs, ({ counts }) => counts[type] ?? 0))} ${type}`);
  const vanished = sumOf(runs, ({ vanished: gone = 0 }) => gone);
  const stale = sumOf(runs, ({ staleness }) => staleness?.stale ?? 0);
  const worst = Math.max(0, ...runs.map(({ staleness }) => staleness?.worst ?? 0));
  const reads = sumOf(runs, ({ staleness }) => staleness?.reads ?? 0);
  return [
    ...counted,
    ...(vanished === 0 ? [] : [`${grouped(vanished)} of the lost elements never acknowledged, only read`]),
    ...(stale === 0
      ? []
      : [`of ${grouped(reads)} reads ${grouped(stale)} stale, by up to ${formatDuration(worst)}`]),
  ].join(", ");
}

const proofOf = (seed: number, { explanation, drawing }: NonNullable<Measurement["proof"]>): string[] => [
  `Seed ${seed}: ${explanation}.`,
  `\`\`\`text\n${drawing.join("\n")}\n\`\`\``,
];
