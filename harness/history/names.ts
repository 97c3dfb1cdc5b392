import type { HistoryBuilder } from "#core/history-builder";
import { FUNCTIONS } from "#core/functions";
import { ByteInterner, UNKNOWN } from "./byte-interner.ts";

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

  readonly #builder: HistoryBuilder;

  constructor(builder: HistoryBuilder) {
    this.keys = new ByteInterner((text) => builder.internKey(text));
    this.nodes = new ByteInterner((text) => builder.nodes.intern(text));
    this.sessions = new ByteInterner((text) => builder.sessions.intern(text));
    this.#builder = builder;
    this.levels = new ByteInterner((text) => builder.levels.intern(text));
    this.errorCodes = new ByteInterner((text) => builder.errorCodes.intern(text));
  }

  /** The id of a session named by a number, or UNKNOWN. */
  findSession(number: number): number {
    return this.#builder.sessions.find(String(number)) ?? UNKNOWN;
  }

  addSession(number: number): number {
    return this.#builder.sessions.intern(String(number));
  }
}
