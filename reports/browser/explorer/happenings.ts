import { faultText } from "../../phrases.ts";
import type { PageData } from "../../page-data.ts";
import { count } from "../../words.ts";
import { elementById, textElement } from "../page.ts";
import type { Range } from "./view.ts";

/** One line of what happened to the nodes: a fault that began or was healed, or a line of a log. */
interface Happening {
  readonly at: number;
  readonly kind: "fault" | "log";
  readonly node: string;
  readonly text: string;
}

/** More than these nobody reads: a narrower range shows the rest. */
const SHOWN = 200;

/** In order of time. */
export function happeningsOf(data: Pick<PageData, "faults" | "logs">): Happening[] {
  const faults = data.faults.flatMap((fault): Happening[] => [
    { at: fault.from, kind: "fault", node: "", text: `${faultText(fault)} begins` },
    ...(fault.to === null
      ? []
      : [{ at: fault.to, kind: "fault" as const, node: "", text: `${faultText(fault)} healed` }]),
  ]);
  const lines = (data.logs?.lines ?? []).map((line): Happening => ({ ...line, kind: "log" }));
  return [...faults, ...lines].sort((a, b) => a.at - b.at);
}

/** The list of faults and log lines beside the operations. */
export class Happenings {
  readonly #all: readonly Happening[];
  readonly #list = elementById("explorer-happenings", HTMLElement);
  readonly #summary = elementById("explorer-happened", HTMLElement);

  constructor(data: Pick<PageData, "faults" | "logs">) {
    this.#all = happeningsOf(data);
  }

  show(range: Range | undefined): void {
    const within =
      range === undefined ? this.#all : this.#all.filter(({ at }) => at >= range[0] && at <= range[1]);
    const logs = within.filter(({ kind }) => kind === "log").length;
    const left = within.length - SHOWN;
    this.#summary.textContent =
      within.length === 0
        ? "No fault began or was healed here, and no log line tells this time."
        : `${count(within.length - logs, "change of a fault", "changes of faults")}, ${count(logs, "log line")}${left > 0 ? `; the first ${SHOWN} are shown` : ""}`;
    this.#list.replaceChildren(...within.slice(0, SHOWN).map(line));
  }
}

function line({ at, kind, node, text }: Happening): HTMLElement {
  const item = document.createElement("li");
  item.className = kind;
  item.append(
    textElement("span", "at", `${(at / 1e9).toFixed(3)} s`),
    textElement("bdi", "node", node),
    textElement("bdi", "text", text),
  );
  return item;
}
