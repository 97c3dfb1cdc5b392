import type { GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";

interface Owned {
  readonly process: number;
  readonly keys: readonly string[];
  readonly last: number[];
}

/**
 * Registers that only one process writes, with the values 1, 2, 3, …: so the version order is known. After an indefinite write
 * the worker goes on as a new process with keys of its own.
 */
export class OwnedKeys {
  readonly #prefix: string;
  readonly #perProcess: number;
  /** By worker. */
  readonly #owned: Owned[] = [];
  /** Every key that was ever written, oldest first. */
  readonly #written: string[] = [];

  constructor(prefix: string, perProcess = 1) {
    this.#prefix = prefix;
    this.#perProcess = perProcess;
  }

  write(context: GeneratorContext): Invocation {
    const owned = this.#of(context);
    const slot = context.random.int(owned.keys.length);
    const key = owned.keys[slot]!;
    const value = ++owned.last[slot]!;
    if (value === 1) this.#written.push(key);
    return { f: "write", key, value, object: "register" };
  }

  /** One of the keys of the asking process. */
  own(context: GeneratorContext): string {
    return context.random.pick(this.#of(context).keys);
  }

  /** A key that another worker writes now; undefined as long as no other has written. */
  others({ worker, random }: GeneratorContext): string | undefined {
    const owners = this.#owned.filter((owned, owner) => owned !== undefined && owner !== worker);
    return owners.length === 0 ? undefined : random.pick(random.pick(owners).keys);
  }

  finalReads(): readonly Invocation[] {
    return this.#written.map((key) => readOf(key));
  }

  #of({ process, worker }: GeneratorContext): Owned {
    let owned = this.#owned[worker];
    if (owned?.process !== process) {
      const keys = Array.from({ length: this.#perProcess }, (_, i) =>
        this.#perProcess === 1 ? `${this.#prefix}-${process}` : `${this.#prefix}-${process}-${i}`,
      );
      owned = { process, keys, last: keys.map(() => 0) };
      this.#owned[worker] = owned;
    }
    return owned;
  }
}

export const readOf = (key: string, level?: string): Invocation => ({
  f: "read",
  key,
  value: null,
  object: "register",
  ...(level === undefined || level === "" ? {} : { level }),
});
