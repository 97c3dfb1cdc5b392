import type { NameTables } from "../names.ts";

/** By kind of name. */
export interface NamesByKind {
  readonly keys: readonly string[];
  readonly nodes: readonly string[];
  readonly sessions: readonly string[];
  readonly levels: readonly string[];
  readonly errorCodes: readonly string[];
}

/** Ids of names that another thread gave, as a history's own. A name gets its own id when it is first looked up. */
export class ForeignNames {
  readonly keys: ForeignIds;
  readonly nodes: ForeignIds;
  readonly sessions: ForeignIds;
  readonly levels: ForeignIds;
  readonly errorCodes: ForeignIds;

  constructor(tables: NameTables) {
    this.keys = new ForeignIds((name) => tables.internKey(name));
    this.nodes = new ForeignIds((name) => tables.nodes.intern(name));
    this.sessions = new ForeignIds((name) => tables.sessions.intern(name));
    this.levels = new ForeignIds((name) => tables.levels.intern(name));
    this.errorCodes = new ForeignIds((name) => tables.errorCodes.intern(name));
  }

  /** Those that follow the ones added before. */
  add(names: NamesByKind): void {
    this.keys.add(names.keys);
    this.nodes.add(names.nodes);
    this.sessions.add(names.sessions);
    this.levels.add(names.levels);
    this.errorCodes.add(names.errorCodes);
  }
}

const UNMAPPED = -1;

class ForeignIds {
  readonly #intern: (name: string) => number;
  readonly #names: string[] = [];
  #ids = new Int32Array(64).fill(UNMAPPED);

  constructor(intern: (name: string) => number) {
    this.#intern = intern;
  }

  add(names: readonly string[]): void {
    for (const name of names) this.#names.push(name);
    if (this.#names.length <= this.#ids.length) return;
    const longer = new Int32Array(this.#names.length * 2).fill(UNMAPPED);
    longer.set(this.#ids);
    this.#ids = longer;
  }

  idOf(foreign: number): number {
    const id = this.#ids[foreign]!;
    return id === UNMAPPED ? (this.#ids[foreign] = this.#intern(this.#names[foreign]!)) : id;
  }
}
