import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { Datatype } from "../../datatypes/datatype.ts";
import type { Datatypes } from "../../datatypes/datatypes.ts";
import type { Answer, Refusal } from "../../protocol.ts";
import type { LeaderRules } from "../../rules.ts";
import type { Command, UpdateCommand } from "./command.ts";
import { type Position, positionNumber } from "./position.ts";

interface Cell {
  readonly object: ObjectType;
  readonly state: Json;
  /** The update that made the state what it is. */
  readonly version: number;
}

/** What the log, applied in order, amounts to: the same on every node that applied the same entries. */
export class StateMachine {
  readonly #datatypes: Datatypes;
  readonly #rules: LeaderRules;
  readonly #cells = new Map<string, Cell>();
  /** What became of the requests that had a name. */
  readonly #outcomes = new Map<string, Answer | Refusal>();

  constructor(datatypes: Datatypes, rules: LeaderRules) {
    this.#datatypes = datatypes;
    this.#rules = rules;
  }

  /** @returns what the client is told; undefined: the command is no client's */
  apply(command: Command, position: Position): Answer | Refusal | undefined {
    if (command.kind === "none") return undefined;
    const { id } = command;
    const earlier = id === null || !this.#rules.deduplicate ? undefined : this.#outcomes.get(id);
    if (earlier !== undefined) return "error" in earlier ? earlier : { ...earlier, token: position };
    const outcome = this.#update(command, position);
    if (id !== null) this.#outcomes.set(id, outcome);
    return outcome;
  }

  /** Applies again what was applied before the data was cleared. */
  replay(command: Command, position: Position): void {
    if (command.kind === "none" || this.#rules.replays(command)) this.apply(command, position);
  }

  read(key: string, object: ObjectType): Answer | Refusal {
    try {
      const datatype = this.#datatype(key, object);
      const cell = this.#cells.get(key);
      const context = datatype.context?.(cell?.state);
      const version = datatype.version?.(cell?.state) ?? cell?.version;
      return {
        value: datatype.read(cell?.state),
        ...(context === undefined ? {} : { context }),
        ...(version === undefined ? {} : { version }),
      };
    } catch (error) {
      return rejection(error);
    }
  }

  clear(): void {
    this.#cells.clear();
    this.#outcomes.clear();
  }

  #update(command: UpdateCommand, position: Position): Answer | Refusal {
    const { key, object, f, value, node, wall } = command;
    try {
      const datatype = this.#datatype(key, object);
      const cell = this.#cells.get(key);
      const number = positionNumber(position);
      // An edit of a text means the text that its client saw; one that says nothing of that means the newest.
      const context = command.context ?? datatype.context?.(cell?.state);
      const stamp = { dot: { node, counter: number }, wall, lamport: number };
      const updated = datatype.update(
        cell?.state,
        { f, value },
        context === undefined ? stamp : { ...stamp, context },
      );
      const changed = updated.state !== cell?.state;
      const version = changed ? number : (cell?.version ?? number);
      const seen = updated.context ?? datatype.context?.(updated.state);
      this.#cells.set(key, { object, state: updated.state, version });
      return {
        ...(updated.value === undefined ? {} : { value: updated.value }),
        ...(updated.result === undefined ? {} : { result: updated.result }),
        ...(seen === undefined ? {} : { context: seen }),
        version: datatype.version?.(updated.state) ?? version,
        token: position,
      };
    } catch (error) {
      return rejection(error);
    }
  }

  #datatype(key: string, object: ObjectType): Datatype {
    const datatype = this.#datatypes[object];
    const held = this.#cells.get(key)?.object ?? object;
    if (datatype === undefined) throw new OperationError("rejected", `this store has no ${object}`);
    if (held !== object) throw new OperationError("rejected", `${key} is a ${held}, not a ${object}`);
    return datatype;
  }
}

/** Only what a data type refuses is the client's to hear; anything else is a bug of the store. */
function rejection(error: unknown): Refusal {
  if (error instanceof OperationError && error.code === "rejected")
    return { error: "rejected", reason: error.message };
  throw error;
}
