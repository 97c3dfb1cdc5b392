/** The stretch of time that is shown, always inside the run and never narrower than it can be drawn. */
export class Viewport {
  readonly #first: number;
  readonly #last: number;
  readonly #narrowest: number;
  from: number;
  to: number;

  constructor(first: number, last: number, narrowest: number) {
    this.#first = first;
    this.#last = Math.max(last, first + narrowest);
    this.#narrowest = narrowest;
    this.from = this.#first;
    this.to = this.#last;
  }

  get span(): number {
    return this.to - this.from;
  }

  get isWhole(): boolean {
    return this.from === this.#first && this.to === this.#last;
  }

  /** Shows [from, to], or as much of it as there is. */
  show(from: number, to: number): void {
    const whole = this.#last - this.#first;
    const span = Math.min(whole, Math.max(this.#narrowest, to - from));
    const middle = (from + to) / 2;
    this.from = Math.min(this.#last - span, Math.max(this.#first, middle - span / 2));
    this.to = span === whole ? this.#last : this.from + span;
  }

  /** Makes the span `factor` times as long; `at` stays where it is. */
  zoom(factor: number, at: number): void {
    const span = Math.min(this.#last - this.#first, Math.max(this.#narrowest, this.span * factor));
    const from = at - ((at - this.from) / this.span) * span;
    this.show(from, from + span);
  }

  pan(by: number): void {
    this.show(this.from + by, this.to + by);
  }

  showAll(): void {
    this.show(this.#first, this.#last);
  }
}
