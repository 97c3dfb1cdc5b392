import { bytesOf } from "./bytes.ts";

/**
 * Parts of the page that are folded away travel packed, and are put in when somebody opens them, follows a link into them, or
 * prints. They are the report's own markup, escaped like the rest of it.
 */
export class Folded {
  readonly #parts: ReadonlyMap<string, string>;

  private constructor(parts: Readonly<Record<string, string>>) {
    this.#parts = new Map(Object.entries(parts));
    for (const place of document.querySelectorAll<HTMLDetailsElement>("details[data-folded]")) {
      place.addEventListener("toggle", () => this.unfold(place));
    }
    addEventListener("beforeprint", () => this.#unfoldAll());
  }

  static async load(): Promise<Folded> {
    const packed = document.getElementById("folded")?.textContent ?? "";
    if (packed === "") return new Folded({});
    return new Folded(
      JSON.parse(new TextDecoder().decode(await bytesOf(packed, "deflate"))) as Record<string, string>,
    );
  }

  /** Puts in what belongs into this place, once. */
  unfold(place: HTMLDetailsElement): void {
    const name = place.dataset["folded"];
    if (name === undefined) return;
    delete place.dataset["folded"];
    place.querySelector(".packed")?.remove();
    place.insertAdjacentHTML("beforeend", this.#parts.get(name) ?? "");
    for (const button of place.querySelectorAll<HTMLButtonElement>("button[data-event]"))
      button.hidden = false;
  }

  /** Puts in the part that has the element with this id, if any does. */
  unfoldUntil(id: string): void {
    const name = [...this.#parts].find(([, markup]) => markup.includes(`id="${CSS.escape(id)}"`))?.[0];
    const place = document.querySelector(`details[data-folded="${CSS.escape(name ?? "")}"]`);
    if (place instanceof HTMLDetailsElement) this.unfold(place);
  }

  #unfoldAll(): void {
    for (const place of document.querySelectorAll<HTMLDetailsElement>("details[data-folded]"))
      this.unfold(place);
  }
}
