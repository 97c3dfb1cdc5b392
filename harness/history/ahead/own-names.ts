import { StringTable } from "#core/string-table";
import type { NameTables } from "../names.ts";
import type { NamesByKind } from "./foreign-names.ts";

/** The names that one thread came across, with ids in order of first sight. */
export class OwnNames implements NameTables {
  readonly nodes: StringTable = new StringTable();
  readonly sessions: StringTable = new StringTable();
  readonly levels: StringTable = new StringTable();
  readonly errorCodes: StringTable = new StringTable();
  readonly #keys = new StringTable();
  readonly #told = new Map<StringTable, number>();

  internKey(name: string): number {
    return this.#keys.intern(name);
  }

  /** What is new since the last time. */
  fresh(): NamesByKind {
    return {
      keys: this.#freshOf(this.#keys),
      nodes: this.#freshOf(this.nodes),
      sessions: this.#freshOf(this.sessions),
      levels: this.#freshOf(this.levels),
      errorCodes: this.#freshOf(this.errorCodes),
    };
  }

  #freshOf(table: StringTable): string[] {
    const fresh = table.names.slice(this.#told.get(table) ?? 0);
    this.#told.set(table, table.names.length);
    return fresh;
  }
}
