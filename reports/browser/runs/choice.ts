import type { MarkedRun } from "../../runs/marks.ts";
import { elementById } from "../page.ts";

/** The two rows that are ticked; a third one takes the place of the first. The older run stands left. */
export class Choice {
  readonly #runs: readonly MarkedRun[];
  readonly #boxes = [...document.querySelectorAll<HTMLInputElement>("input[data-run]")];
  #ticked: number[] = [];

  constructor(runs: readonly MarkedRun[], compare: (paths: readonly string[]) => void) {
    this.#runs = runs;
    this.#boxes.forEach((box, i) => box.addEventListener("change", () => this.#tick(i, box.checked)));
    elementById("forget", HTMLButtonElement).addEventListener("click", () => this.#set([]));
    elementById("compare", HTMLButtonElement).addEventListener("click", () => compare(this.#paths()));
  }

  enable(): void {
    for (const box of this.#boxes) box.disabled = false;
    // Browsers keep ticks over a reload.
    this.#set(this.#boxes.flatMap((box, i) => (box.checked ? [i] : [])).slice(0, 2));
  }

  #tick(i: number, isTicked: boolean): void {
    const others = this.#ticked.filter((one) => one !== i);
    this.#set(isTicked ? [...others, i].slice(-2) : others);
  }

  #set(ticked: number[]): void {
    this.#ticked = ticked;
    this.#boxes.forEach((box, i) => {
      box.checked = ticked.includes(i);
      box.closest("tr")?.classList.toggle("picked", box.checked);
    });
    elementById("choice", HTMLElement).hidden = ticked.length === 0;
    elementById("chosen", HTMLElement).textContent =
      ticked.length === 2 ? "Two runs chosen" : "One run chosen: choose another to compare them";
    elementById("compare", HTMLButtonElement).disabled = ticked.length !== 2;
  }

  /** Rows are newest first. */
  #paths(): string[] {
    return this.#ticked.toSorted((a, b) => b - a).flatMap((i) => this.#runs[i]?.row.path ?? []);
  }
}
