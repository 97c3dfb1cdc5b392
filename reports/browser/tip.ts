import { textElement } from "./page.ts";

/** A small card of names and values that follows the pointer. */
export class Tip {
  readonly #card: HTMLElement;

  constructor() {
    this.#card = textElement("div", "tip", "");
    this.#card.hidden = true;
    document.body.append(this.#card);
  }

  show(entries: readonly (readonly [name: string, value: string])[], x: number, y: number): void {
    const list = document.createElement("dl");
    for (const [name, value] of entries)
      list.append(textElement("dt", "", name), textElement("dd", "", value));
    this.#card.replaceChildren(list);
    this.#card.hidden = false;
    this.#place(x, y);
  }

  hide(): void {
    this.#card.hidden = true;
  }

  /** Beside the pointer, inside the window. */
  #place(x: number, y: number): void {
    const { width, height } = this.#card.getBoundingClientRect();
    const left = x + GAP + width > innerWidth ? Math.max(GAP / 2, x - GAP - width) : x + GAP;
    const top = Math.max(GAP / 2, Math.min(y + GAP, innerHeight - height - GAP));
    this.#card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

/** Pixels between the pointer and the card. */
const GAP = 14;
