import type { Bug } from "../../targets/eventual/bugs/bug.ts";
import type { DetectionRecord } from "./records.ts";
import { settingWordsOf } from "./space.ts";

const GOAL = { nodes: 3, clients: 3, operations: 8, faults: 2 } as const;

/** `docs/planted-bugs.md`: what each planted bug is, and what was found out about it. */
export function planted(bugs: readonly Bug[], records: Readonly<Record<string, DetectionRecord>>): string {
  const all = bugs.map((bug) => ({ bug, record: records[bug.name] }));
  const rows = all.map(({ bug, record }) => rowOf(bug, record));
  return `# Planted bugs

<!-- Written by \`npm run matrix\`; change the files of targets/eventual/bugs instead. -->

The store \`eventual\` has ${bugs.length} bugs that can be planted in it, one at a time: \`--bug <name>\`. Each is a mistake that
real stores made or textbooks warn of, in one file of \`targets/eventual/bugs\`, and each has an anomaly expected of it.

\`npm run matrix\` looks for every bug in its own setting, in runs whose network, load and faults follow from the number of the run, until the
expected anomaly shows. The same setting without the bug must not show it. The first run that does is shrunk for as long as it shows the
anomaly with the bug and does not without it, and what is left is kept in \`tests/regressions\`, where a test replays it.

${summaryOf(all.flatMap(({ record }) => (record === undefined ? [] : [record])))}

| bug | mistake | effect | setting | expected | found by | runs | time | smallest case | replays |
|---|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}

Runs: how many until it showed. Time: of these runs, one thread. Smallest case: nodes, clients, operations, faults. To see one:

\`\`\`sh
riftcheck replay tests/regressions/<bug>.riftcheck.json
npm run matrix -- --bugs <bug>,<bug>
\`\`\`
`;
}

function rowOf(bug: Bug, record: DetectionRecord | undefined): string {
  const { name, mistake, effect, expected, shownBy } = bug;
  const faults = shownBy.faults.length === 0 ? "no fault" : shownBy.faults.join(", ");
  const cells = [
    `\`${name}\``,
    mistake,
    effect,
    `${settingWordsOf(bug)}; ${shownBy.workload}; ${faults}`,
    `${expected.anomaly} (${expected.model})`,
    ...foundWords(record),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function foundWords(record: DetectionRecord | undefined): string[] {
  if (record === undefined) return ["not looked for", "", "", "", ""];
  const { bug, seed, tried, searchMs, checkers, smallest } = record;
  const time = `${(searchMs / 1000).toFixed(1)} s`;
  if (seed === undefined) return ["**not found**", `${tried}`, time, "", ""];
  const found = [checkers.join(", "), `${seed}`, time];
  if (smallest === undefined) return [...found, "not shrunk", ""];
  const { nodes, clients, operations, faults, shown, replays } = smallest;
  const size = `${nodes} n, ${clients} c, ${operations} op, ${faults} f`;
  return [...found, `[${size}](../tests/regressions/${bug}.riftcheck.json)`, `${shown}/${replays}`];
}

function summaryOf(records: readonly DetectionRecord[]): string {
  const caught = records.filter(({ seed }) => seed !== undefined);
  const clean = records.filter(({ shownByControls }) => shownByControls.length === 0);
  const shrunk = records.flatMap(({ smallest }) => (smallest === undefined ? [] : [smallest]));
  const small = shrunk.filter((one) =>
    (Object.keys(GOAL) as (keyof typeof GOAL)[]).every((part) => one[part] <= GOAL[part]),
  );
  const always = shrunk.filter(({ shown, replays }) => shown === replays);
  return [
    `Of ${records.length} bugs looked for, ${caught.length} showed the expected anomaly; of ${clean.length} the same setting without the bug showed it in none of the control runs.`,
    `${small.length} shrunk cases have at most ${GOAL.nodes} nodes, ${GOAL.clients} clients, ${GOAL.operations} operations and ${GOAL.faults} faults; ${always.length} of ${shrunk.length} showed the anomaly in every replay.`,
  ].join("\n");
}
