import { nodeSeriesOf, seriesOf } from "../../data/series.ts";
import type { PageData } from "../../page-data.ts";
import type { Timeline } from "../../schema.ts";
import { elementById } from "../page.ts";
import type { Counted, Plots } from "../plots.ts";
import { spanText } from "../timeline/axis.ts";
import { operationEntries } from "../timeline/details.ts";
import { TimelineView } from "../timeline/timeline.ts";
import type { Tip } from "../tip.ts";
import { FIELDS, parseQuery, rowsThatFit } from "./filter.ts";
import { groupBy, type Grouping, GROUPINGS, type Lanes } from "./grouping.ts";
import { Happenings } from "./happenings.ts";
import { HistoryFile, type WholeOperation } from "./history-file.ts";
import { FINAL_FLAG, type Operations, rowOfEvent, STATUS_MASK, unpackOperations } from "./operations.ts";
import { showOperation } from "./panel.ts";
import { OperationTable } from "./table.ts";
import { EVERYTHING, fragmentOf, type Range, type View, viewIn } from "./view.ts";

/** Milliseconds without another change, after which a search is done and a view becomes the address. */
const TYPED_FOR = 250;
const MOVED_FOR = 250;
/** Around a witness that is shown, so that it does not touch the edges: a share of its span. */
const MARGIN = 0.25;
/** At least this share of the run is shown around it: a lone operation means little. */
const SURROUNDINGS = 1 / 150;

/** Everything that looks at operations. Undefined when the report has none. */
export async function createExplorer(data: PageData, tip: Tip, plots: Plots): Promise<Explorer | undefined> {
  if (data.timeline === null) return undefined;
  return new Explorer(data, data.timeline, await unpackOperations(data.timeline), { tip, plots });
}

/** Keeps timeline, table, lists, plots and the address to one view. */
export class Explorer {
  readonly #data: PageData;
  readonly #timeline: Timeline;
  readonly #operations: Operations;
  readonly #plots: Plots;
  readonly #canvas: TimelineView;
  readonly #table: OperationTable;
  readonly #happenings: Happenings;
  readonly #search = elementById("explorer-search", HTMLInputElement);
  readonly #problem = elementById("explorer-problem", HTMLElement);
  readonly #panel = elementById("timeline-details", HTMLElement);
  readonly #rangeText = elementById("explorer-range", HTMLElement);
  #lanes: Lanes;
  #mask: Uint8Array | undefined;
  #view: View = EVERYTHING;
  #history: HistoryFile | undefined;
  #moved: ReturnType<typeof setTimeout> | undefined;
  #typed: ReturnType<typeof setTimeout> | undefined;

  constructor(
    data: PageData,
    timeline: Timeline,
    operations: Operations,
    { tip, plots }: { readonly tip: Tip; readonly plots: Plots },
  ) {
    this.#data = data;
    this.#timeline = timeline;
    this.#operations = operations;
    this.#plots = plots;
    this.#lanes = groupBy("process", timeline, operations, undefined);
    this.#canvas = new TimelineView(data, {
      timeline,
      operations,
      lanes: this.#lanes,
      tip,
      events: {
        shown: (shown) => this.#movedTo(shown),
        ranged: (range) => this.#go({ range }),
        chosen: (row) => this.#go({ operation: row === undefined ? undefined : this.#eventOf(row) }),
      },
    });
    this.#table = new OperationTable(timeline, operations, (row) =>
      fragmentOf({ ...this.#view, operation: this.#eventOf(row) }),
    );
    this.#happenings = new Happenings(data);
    this.#wire();
    const first = viewIn(location.hash);
    this.#apply(first ?? EVERYTHING, true);
  }

  repaint(): void {
    this.#canvas.repaint();
  }

  #eventOf(row: number): number {
    return this.#operations.index[row] as number;
  }

  /** Another view, which the back button leaves again. */
  #go(change: Partial<View>): void {
    this.#settle();
    const next = { ...this.#view, ...change };
    if (fragmentOf(next) === fragmentOf(this.#view)) return;
    this.#apply(next);
    history.pushState(null, "", fragmentOf(this.#view));
  }

  /** Moving about is one view however many steps it takes. */
  #movedTo(shown: Range | undefined): void {
    this.#view = { ...this.#view, shown };
    clearTimeout(this.#moved);
    this.#moved = setTimeout(() => this.#settle(), MOVED_FOR);
  }

  #settle(): void {
    if (this.#moved === undefined) return;
    clearTimeout(this.#moved);
    this.#moved = undefined;
    history.replaceState(null, "", fragmentOf(this.#view));
  }

  #apply(next: View, isFirst = false): void {
    const before = this.#view;
    this.#view = next;
    const regroups = next.by !== before.by || next.query !== before.query;
    if (regroups) this.#regroup();
    if (isFirst || String(next.shown) !== String(before.shown)) this.#canvas.show(next.shown);
    const row = next.operation === undefined ? undefined : rowOfEvent(this.#operations, next.operation);
    const filters = isFirst || next.query !== before.query || String(next.range) !== String(before.range);
    if (filters) this.#filter(row, isFirst);
    if (isFirst || next.operation !== before.operation) {
      this.#canvas.choose(row);
      if (!filters) this.#table.choose(row);
      void this.#showChosen(row);
    }
  }

  #regroup(): void {
    const query = parseQuery(this.#view.query);
    this.#search.value = this.#view.query;
    this.#problem.textContent =
      query.unknown.length === 0
        ? ""
        : `Not understood: ${query.unknown.join(" ")}. Names are ${FIELDS.filter((field) => field !== "text").join(", ")}.`;
    this.#mask = rowsThatFit(query, this.#timeline, this.#operations);
    this.#lanes = groupBy(this.#view.by, this.#timeline, this.#operations, this.#mask);
    for (const by of GROUPINGS)
      elementById(`explorer-by-${by}`, HTMLInputElement).checked = by === this.#view.by;
    elementById("explorer-shared", HTMLElement).textContent =
      this.#lanes.shared > 0
        ? `${this.#lanes.shared} ${this.#view.by}s with the fewest operations share the last lane; a search shows them.`
        : "";
    this.#canvas.setLanes(this.#lanes);
  }

  /** Table, lists and plots follow the range and the search. */
  #filter(chosen: number | undefined, isFirst: boolean): void {
    const { range, query } = this.#view;
    const axis = this.#timeline.axis;
    this.#canvas.setRange(range);
    this.#rangeText.textContent =
      range === undefined ? "" : `Only ${spanText(range[1] - range[0], axis)} of the run`;
    for (const id of ["timeline-zoom-range", "timeline-clear-range"])
      elementById(id, HTMLButtonElement).hidden = range === undefined;
    this.#table.show(this.#rowsWithin(range), chosen);
    this.#happenings.show(axis === "time" ? range : undefined);
    if (isFirst && range === undefined && query === "") return;
    this.#plots.show(range, range === undefined && query === "" ? undefined : this.#counted(range));
  }

  /** Rows that overlap the range and fit the search. What never completed overlaps all that comes after its start. */
  #rowsWithin(range: Range | undefined): Uint32Array {
    const { count, start, end } = this.#operations;
    const rows = new Uint32Array(count);
    let found = 0;
    for (let row = 0; row < count; row++) {
      if (this.#mask !== undefined && this.#mask[row] === 0) continue;
      if (range !== undefined && ((end[row] as number) < range[0] || (start[row] as number) > range[1]))
        continue;
      rows[found++] = row;
    }
    return rows.subarray(0, found);
  }

  #counted(range: Range | undefined): Counted {
    if (this.#timeline.axis === "order") return { series: null, nodeSeries: null };
    const { flags, start, end, node } = this.#operations;
    const [from, to] = range ?? [this.#data.from, this.#data.to];
    const rows = this.#rowsWithin(range).filter((row) => {
      const at = end[row] as number;
      const isFinal = ((flags[row] as number) & FINAL_FLAG) !== 0;
      return !isFinal && (Number.isFinite(at) ? at : (start[row] as number)) <= to;
    });
    const of = (column: ArrayLike<number>): Float64Array =>
      Float64Array.from(rows, (row) => column[row] as number);
    const columns = {
      length: rows.length,
      status: of(flags).map((bits) => bits & STATUS_MASK),
      invTime: of(start),
      retTime: of(end),
      node: of(node),
    };
    const span = { from, to, timed: to > from };
    return {
      series: seriesOf(columns, span) ?? null,
      nodeSeries: nodeSeriesOf(columns, this.#timeline.nodes, span) ?? null,
    };
  }

  async #showChosen(row: number | undefined): Promise<void> {
    if (row === undefined) return;
    const event = this.#eventOf(row);
    const whole: WholeOperation | undefined = await this.#history?.whole(row);
    if (this.#view.operation !== event) return;
    const isKept = (this.#operations.value[row] as number) >= 0 || whole !== undefined;
    showOperation(this.#panel, {
      entries: operationEntries(this.#timeline, this.#operations, row),
      link: fragmentOf({ ...EVERYTHING, by: this.#view.by, operation: event }),
      anomalies: this.#data.anomalies
        .flatMap(({ id, events }) => (events.includes(event) ? [id] : []))
        .slice(0, 8),
      missing:
        isKept || this.#timeline.valuesLeftOut === 0
          ? undefined
          : "What it read or wrote may be in the history file only: open it below.",
      whole,
    });
  }

  #wire(): void {
    for (const by of GROUPINGS) {
      elementById(`explorer-by-${by}`, HTMLInputElement).addEventListener("change", () =>
        this.#go({ by: by satisfies Grouping }),
      );
    }
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#typed);
      this.#typed = setTimeout(() => this.#go({ query: this.#search.value.trim() }), TYPED_FOR);
    });
    const file = elementById("explorer-file", HTMLInputElement);
    file.addEventListener("change", () => void this.#open(file.files?.[0]));
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-event]"))
      button.hidden = false;
    addEventListener("popstate", () => this.#restore());
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button[data-event]") : null;
      if (button instanceof HTMLButtonElement) this.#showWitness(button);
    });
  }

  /** Back, forward, or a link to a view. */
  #restore(): void {
    const view = viewIn(location.hash);
    if (view !== undefined) this.#apply(view);
    else if (location.hash === "") this.#apply(EVERYTHING);
  }

  async #open(file: File | undefined): Promise<void> {
    const status = elementById("explorer-file-status", HTMLElement);
    if (file === undefined) return;
    try {
      this.#history = await HistoryFile.open(file, this.#timeline, this.#operations, (share) => {
        status.textContent = `Reading, ${Math.round(share * 100)} %`;
      });
      status.textContent = "All values are here now: search finds them, and a click shows both lines.";
      this.#regroup();
      const { operation } = this.#view;
      const row = operation === undefined ? undefined : rowOfEvent(this.#operations, operation);
      this.#filter(row, false);
      await this.#showChosen(row);
    } catch (error) {
      this.#history = undefined;
      status.textContent = `${file.name} is not the history of this report: ${error instanceof Error ? error.message : String(error)}.`;
    }
  }

  /** Brings the witness of an anomaly into view and chooses the operation at which it went wrong. */
  #showWitness(button: HTMLButtonElement): void {
    const isOrder = this.#timeline.axis === "order";
    const event = Number(button.dataset["event"]);
    const from = isOrder ? event : Number(button.dataset["from"]);
    const to = isOrder ? event : Number(button.dataset["to"]);
    const margin = Math.max((to - from) * MARGIN, this.#canvas.last * SURROUNDINGS);
    const shown: Range = [Math.max(0, from - margin), to + margin];
    this.#go({ shown, operation: event, range: undefined, query: "" });
    this.#canvas.focus();
    document.getElementById("timeline")?.scrollIntoView({ behavior: "smooth" });
  }
}
