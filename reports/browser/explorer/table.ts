import { formatDuration } from "#core/units";
import { secondsText } from "../../phrases.ts";
import type { Timeline } from "../../schema.ts";
import { count, grouped } from "../../words.ts";
import { elementById, textElement } from "../page.ts";
import { outcomeOf } from "../timeline/details.ts";
import { type Operations, STATUS_MASK } from "./operations.ts";

/** Rows of a page of the table. */
const PAGE = 20;
const MAX_VALUE = 160;

/** The operations of the range that fit the search, a page at a time. */
export class OperationTable {
  readonly #timeline: Timeline;
  readonly #operations: Operations;
  readonly #linkOf: (row: number) => string;
  readonly #body = elementById("explorer-rows", HTMLElement);
  readonly #summary = elementById("explorer-summary", HTMLElement);
  readonly #place = elementById("explorer-page", HTMLElement);
  readonly #previous = elementById("explorer-previous", HTMLButtonElement);
  readonly #next = elementById("explorer-next", HTMLButtonElement);
  #rows: Uint32Array = new Uint32Array();
  #page = 0;
  #chosen: number | undefined;

  constructor(timeline: Timeline, operations: Operations, linkOf: (row: number) => string) {
    this.#timeline = timeline;
    this.#operations = operations;
    this.#linkOf = linkOf;
    this.#previous.addEventListener("click", () => this.#turn(-1));
    this.#next.addEventListener("click", () => this.#turn(1));
  }

  show(rows: Uint32Array, chosen: number | undefined): void {
    this.#rows = rows;
    this.#page = 0;
    this.#summary.textContent = this.#summaryText();
    this.choose(chosen);
  }

  /** Turns to the page of this operation, if the table has it. */
  choose(row: number | undefined): void {
    this.#chosen = row;
    const at = row === undefined ? -1 : this.#rows.indexOf(row);
    if (at >= 0) this.#page = Math.floor(at / PAGE);
    this.refresh();
  }

  refresh(): void {
    const from = this.#page * PAGE;
    const shown = this.#rows.subarray(from, from + PAGE);
    this.#body.replaceChildren(...[...shown].map((row) => this.#line(row)));
    this.#place.textContent =
      this.#rows.length === 0
        ? ""
        : `${grouped(from + 1)} – ${grouped(from + shown.length)} of ${grouped(this.#rows.length)}`;
    this.#previous.disabled = this.#page === 0;
    this.#next.disabled = from + PAGE >= this.#rows.length;
  }

  #turn(by: number): void {
    this.#page += by;
    this.refresh();
  }

  #summaryText(): string {
    const counts = [0, 0, 0];
    for (const row of this.#rows) {
      const status = (this.#operations.flags[row] as number) & STATUS_MASK;
      counts[status] = (counts[status] as number) + 1;
    }
    const [ok = 0, fail = 0, info = 0] = counts;
    if (this.#rows.length === 0) return "No operation fits.";
    return `${count(this.#rows.length, "operation")}: ${grouped(ok)} ok, ${grouped(fail)} failed, ${grouped(info)} indefinite`;
  }

  #line(row: number): HTMLElement {
    const { timeline, operations } = { timeline: this.#timeline, operations: this.#operations };
    const link = document.createElement("a");
    link.href = this.#linkOf(row);
    link.textContent = String(operations.index[row]);
    const end = operations.end[row] as number;
    const isTimed = timeline.axis === "time";
    const cells: (string | HTMLElement)[] = [
      link,
      String(operations.process[row]),
      timeline.functions[operations.f[row] as number] ?? "?",
      isolated(timeline.keys[operations.key[row] as number] ?? "–"),
      isolated((operations.values[operations.value[row] as number] ?? "").slice(0, MAX_VALUE).toWellFormed()),
      outcomeOf(timeline, operations, row),
      isolated(timeline.nodes[operations.node[row] as number] ?? "–"),
      isTimed ? secondsText(operations.start[row] as number) : "–",
      isTimed && Number.isFinite(end) ? formatDuration(end - (operations.start[row] as number)) : "–",
    ];
    const line = document.createElement("tr");
    if (row === this.#chosen) line.setAttribute("aria-selected", "true");
    line.append(
      ...cells.map((cell, i) => {
        const box = document.createElement("td");
        if (i === OUTCOME) box.className = `outcome-${(operations.flags[row] as number) & STATUS_MASK}`;
        box.append(cell);
        return box;
      }),
    );
    return line;
  }
}

const OUTCOME = 5;

const isolated = (text: string): HTMLElement => textElement("bdi", "", text);
