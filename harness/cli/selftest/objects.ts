import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Invocation, ObjectType, Reply } from "#core/operation";
import { canonicalJson } from "#core/value-table";

/** An operation as it reaches a node: whose it is decides who holds a lock. */
export interface Request extends Pick<Invocation, "f" | "key" | "value" | "object"> {
  readonly process: number;
}

interface Char {
  readonly id: Json;
  readonly char: Json;
  isErased: boolean;
}

type Elements = readonly Json[];
interface Lock {
  readonly holder: number | null;
  readonly token: number;
}
interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}
type Step = (this: Objects, key: string, request: Request) => Reply;

const NOTHING: Reply = {};
const equal = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * One copy of all objects: every operation of docs/history-format.md takes effect when it is performed, one after the other.
 * So whatever is built on a single copy is linearizable.
 */
export class Objects {
  readonly #registers = new Map<string, Json>();
  readonly #elements = new Map<string, Elements>();
  readonly #texts = new Map<string, Char[]>();
  readonly #maps = new Map<string, Record<string, number>>();
  readonly #locks = new Map<string, Lock>();
  #generated = 0;

  /** @throws OperationError `rejected` */
  perform(request: Request): Reply {
    const step = STEPS[request.f];
    if (step === undefined) throw new OperationError("rejected", `there is no operation ${request.f}`);
    return step.call(this, request.key ?? "", request);
  }

  read(key: string, object: ObjectType | undefined): Json {
    switch (object) {
      case "counter":
        return this.#registers.get(key) ?? 0;
      case "set":
      case "list":
      case "queue":
      case "stack":
        return [...this.elements(key)];
      case "text":
        return this.#text(key).flatMap(({ id, char, isErased }) => (isErased ? [] : [{ id, char }]));
      case "map":
        return { ...this.#maps.get(key) };
      default:
        return this.#registers.get(key) ?? null;
    }
  }

  register(key: string): Json {
    return this.#registers.get(key) ?? null;
  }

  write(key: string, value: Json): void {
    this.#registers.set(key, value);
  }

  elements(key: string): Elements {
    return this.#elements.get(key) ?? [];
  }

  keep(key: string, elements: Elements): void {
    this.#elements.set(key, elements);
  }

  /** After the anchor, before what was inserted there earlier; at the beginning where the anchor is null or unknown. */
  insert(key: string, { id, after, char }: { id: Json; after: Json; char: Json }): void {
    const text = this.#text(key);
    if (text.some((one) => equal(one.id, id))) return;
    text.splice(1 + text.findIndex((one) => equal(one.id, after)), 0, { id, char, isErased: false });
  }

  erase(key: string, id: Json): void {
    const char = this.#text(key).find((one) => equal(one.id, id));
    if (char !== undefined) char.isErased = true;
  }

  transfer(key: string, { from, to, amount }: Transfer): void {
    const balances = this.#maps.get(key) ?? {};
    balances[from] = (balances[from] ?? 0) - amount;
    balances[to] = (balances[to] ?? 0) + amount;
    this.#maps.set(key, balances);
  }

  acquire(key: string, process: number): Reply {
    const { holder, token } = this.#locks.get(key) ?? { holder: null, token: 0 };
    if (holder !== null) return { value: null, result: false };
    this.#locks.set(key, { holder: process, token: token + 1 });
    return { value: token + 1, result: true };
  }

  release(key: string, process: number): Reply {
    const lock = this.#locks.get(key);
    if (lock?.holder !== process) return { value: null, result: false };
    this.#locks.set(key, { ...lock, holder: null });
    return { value: null, result: true };
  }

  /** A guarded resource: refuses tokens smaller than one that it has accepted. */
  guardedWrite(key: string, token: number): Reply {
    if (token < Number(this.#registers.get(key) ?? token)) return { result: false };
    this.#registers.set(key, token);
    return { result: true };
  }

  generate(): Reply {
    return { value: ++this.#generated };
  }

  #text(key: string): Char[] {
    const text = this.#texts.get(key) ?? [];
    this.#texts.set(key, text);
    return text;
  }
}

function compareAndSet(this: Objects, key: string, { value }: Request): Reply {
  const [expected = null, wanted = null] = value as Json[];
  const observed = this.register(key);
  if (!equal(observed, expected)) return { result: false, observed };
  this.write(key, wanted);
  return { result: true };
}

/** Takes an element out of a queue (the first) or a stack (the last). */
const take = (place: 0 | -1): Step =>
  function (key) {
    const elements = this.elements(key);
    this.keep(key, place === 0 ? elements.slice(1) : elements.slice(0, -1));
    return { value: elements.at(place) ?? null };
  };

const put: Step = function (key, { value }) {
  this.keep(key, [...this.elements(key), value]);
  return NOTHING;
};

function transact(this: Objects, { value }: Request): Reply {
  const done = (value as [string, string, Json][]).map(([f, key, argument]): Json => {
    if (f === "r")
      return [f, key, this.elements(key).length > 0 ? [...this.elements(key)] : this.register(key)];
    if (f === "append") this.keep(key, [...this.elements(key), argument]);
    else this.write(key, argument);
    return [f, key, argument];
  });
  return { value: done };
}

const STEPS: Readonly<Partial<Record<OperationFunction, Step>>> = {
  read(key, { object }) {
    return { value: this.read(key, object) };
  },
  write(key, { value }) {
    this.write(key, value);
    return NOTHING;
  },
  delete(key) {
    this.write(key, null);
    return NOTHING;
  },
  cas: compareAndSet,
  increment(key, { value }) {
    this.write(key, Number(this.register(key) ?? 0) + Number(value));
    return NOTHING;
  },
  append: put,
  add(key, { value }) {
    this.keep(key, [...this.elements(key).filter((one) => !equal(one, value)), value]);
    return NOTHING;
  },
  remove(key, { value }) {
    this.keep(
      key,
      this.elements(key).filter((one) => !equal(one, value)),
    );
    return NOTHING;
  },
  contains(key, { value }) {
    return { result: this.elements(key).some((one) => equal(one, value)) };
  },
  insert(key, { value }) {
    this.insert(key, value as { id: Json; after: Json; char: Json });
    return NOTHING;
  },
  erase(key, { value }) {
    this.erase(key, (value as { readonly id: Json }).id);
    return NOTHING;
  },
  enqueue: put,
  send: put,
  push: put,
  dequeue: take(0),
  pop: take(-1),
  drain(key) {
    const value = [...this.elements(key)];
    this.keep(key, []);
    return { value };
  },
  acquire(key, { process }) {
    return this.acquire(key, process);
  },
  release(key, { process }) {
    return this.release(key, process);
  },
  "guarded-write"(key, { value }) {
    return this.guardedWrite(key, (value as { readonly token: number }).token);
  },
  transfer(key, { value }) {
    this.transfer(key, value as unknown as Transfer);
    return NOTHING;
  },
  generate() {
    return this.generate();
  },
  txn(_key, request) {
    return transact.call(this, request);
  },
};
