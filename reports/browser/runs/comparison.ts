import { compareRuns, type ComparedRow } from "../../runs/compare.ts";
import { reportHref, startText } from "../../runs/phrases.ts";
import type { RunRow } from "../../runs/row.ts";
import { textElement } from "../page.ts";

const GROUPS: Readonly<Record<ComparedRow["group"], string>> = {
  run: "Run",
  configuration: "Configuration",
  promises: "Promises",
  models: "Models",
  anomalies: "Anomalies",
  metrics: "Metrics",
};

/** Two runs side by side; every text goes in as text. */
export function comparisonOf(a: RunRow, b: RunRow): HTMLElement {
  const table = textElement("table", "compared", "");
  const body = document.createElement("tbody");
  let group: ComparedRow["group"] | undefined;
  for (const row of compareRuns(a, b)) {
    if (row.group !== group) body.append(groupRow(row.group));
    group = row.group;
    body.append(comparedRow(row));
  }
  table.append(headOf(a, b), body);
  const scroll = textElement("div", "scroll", "");
  scroll.append(table);
  return scroll;
}

function headOf(a: RunRow, b: RunRow): HTMLElement {
  const head = document.createElement("thead");
  const row = document.createElement("tr");
  row.append(textElement("th", "", ""), runHead(a), runHead(b));
  head.append(row);
  return head;
}

function runHead(run: RunRow): HTMLElement {
  const cell = textElement("th", "", "");
  const text = run.startedAt === null ? run.path : startText(run.startedAt);
  const isolated = textElement("bdi", "", text);
  if (!run.hasReport) cell.append(isolated);
  else {
    const link = document.createElement("a");
    link.href = reportHref(run.path);
    link.append(isolated);
    cell.append(link);
  }
  return cell;
}

function groupRow(group: ComparedRow["group"]): HTMLElement {
  const row = textElement("tr", "group", "");
  const cell = textElement("th", "", GROUPS[group]) as HTMLTableCellElement;
  cell.colSpan = 3;
  row.append(cell);
  return row;
}

function comparedRow({ name, a, b, differs, change }: ComparedRow): HTMLElement {
  const row = textElement("tr", differs ? "differs" : "same", "");
  const head = textElement("th", "", "") as HTMLTableCellElement;
  head.scope = "row";
  head.append(textElement("bdi", "", name));
  row.append(head, valueCell(a, ""), valueCell(b, change ?? ""));
  return row;
}

function valueCell(text: string, className: string): HTMLElement {
  const cell = textElement("td", className, "");
  cell.append(textElement("bdi", "", text));
  if (className !== "") cell.append(textElement("small", "", ` (${className})`));
  return cell;
}
