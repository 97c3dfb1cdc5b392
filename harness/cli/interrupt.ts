import { exit } from "node:process";
import { EXIT, HarnessError } from "#core/errors";

/** The first Ctrl-C ends the run in good order, the second at once. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #say: (text: string) => void;
  #exitCode: number | undefined;
  readonly #onInt = (): void => this.#signalled("SIGINT", EXIT.interrupted);
  readonly #onTerm = (): void => this.#signalled("SIGTERM", EXIT.terminated);

  readonly #doing: string;

  /** @param doing what the first signal brings about */
  constructor(
    say: (text: string) => void,
    doing = "healing, collecting logs and checking what was recorded",
  ) {
    this.#say = say;
    this.#doing = doing;
    process.on("SIGINT", this.#onInt);
    process.on("SIGTERM", this.#onTerm);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 130 or 143 once a signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** The error that ends a run which a signal interrupted before there was anything to judge. */
  during(what: string): HarnessError | undefined {
    if (this.#exitCode === undefined) return undefined;
    const code = this.#exitCode === EXIT.terminated ? "terminated" : "interrupted";
    return new HarnessError(code, `interrupted while ${what}; what had been started is removed`);
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInt);
    process.off("SIGTERM", this.#onTerm);
  }

  #signalled(name: string, code: number): void {
    if (this.#exitCode !== undefined) {
      this.#say(`${name} again: stopping at once; "riftcheck clean" removes what is left`);
      exit(code);
    }
    this.#exitCode = code;
    this.#say(`${name}: ${this.#doing} (again: stop at once)`);
    this.#controller.abort();
  }
}
