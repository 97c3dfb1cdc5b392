import { FUNCTIONS } from "#core/functions";
import type { StringTable } from "#core/string-table";
import { ByteInterner, UNKNOWN } from "./byte-interner.ts";

/** Where names get their ids. */
export interface NameTables {
  readonly nodes: StringTable;
  readonly sessions: StringTable;
  readonly levels: StringTable;
  readonly errorCodes: StringTable;
  internKey(name: string): number;
}

/** The interners of one history's names. */
export class Names {
  readonly functions: ByteInterner = new ByteInterner((text) =>
    FUNCTIONS.indexOf(text as (typeof FUNCTIONS)[number]),
  );
  readonly keys: ByteInterner;
  readonly nodes: ByteInterner;
  readonly sessions: ByteInterner;
  readonly levels: ByteInterner;
  readonly errorCodes: ByteInterner;

  readonly #tables: NameTables;

  constructor(tables: NameTables) {
    this.keys = new ByteInterner((text) => tables.internKey(text));
    this.nodes = new ByteInterner((text) => tables.nodes.intern(text));
    this.sessions = new ByteInterner((text) => tables.sessions.intern(text));
    this.#tables = tables;
    this.levels = new ByteInterner((text) => tables.levels.intern(text));
    this.errorCodes = new ByteInterner((text) => tables.errorCodes.intern(text));
  }

  /** The id of a session named by a number, or UNKNOWN. */
  findSession(number: number): number {
    return this.#tables.sessions.find(String(number)) ?? UNKNOWN;
  }

  addSession(number: number): number {
    return this.#tables.sessions.intern(String(number));
  }
}
