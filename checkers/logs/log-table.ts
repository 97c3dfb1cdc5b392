import type { Budget } from "#core/budget";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";

const SEND = FUNCTIONS.indexOf("send");
const POLL = FUNCTIONS.indexOf("poll");

/** An operation said that a message is at an offset: an acknowledged send, or a poll. */
export interface Place {
  readonly offset: number;
  /** The message's JSON. */
  readonly message: string;
  readonly row: number;
}

export interface Poll {
  readonly row: number;
  /** The offset that was asked for; of a history that does not tell it, the first that came. */
  readonly from: number;
  readonly places: readonly Place[];
  readonly node: number;
  readonly isFinal: boolean;
}

/** What was done to one log. */
export interface Log {
  readonly key: number;
  /** Rows that sent a message and did not fail, by the message's JSON. */
  readonly sends: ReadonlyMap<string, readonly number[]>;
  /** The rows whose send certainly failed. */
  readonly failed: ReadonlyMap<string, number>;
  /** Acknowledged sends that were told their offset, in order. */
  readonly acknowledged: readonly Place[];
  /** Polls that were answered, in order. */
  readonly polls: readonly Poll[];
}

/** The logs of a history. O(operations + messages polled). */
export function logsOf(history: History, budget: Budget): Log[] {
  const drafts = new Map<number, Draft>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || history.objectOf(key).type !== "log") continue;
    const isSend = history.f[row] === SEND;
    if (!isSend && history.f[row] !== POLL) continue;
    const draft: Draft = drafts.get(key) ?? {
      sends: new Map(),
      failed: new Map(),
      acknowledged: [],
      polls: [],
    };
    drafts.set(key, draft);
    if (isSend) addSend(history, row, draft);
    else if (history.status[row] === STATUS.ok) draft.polls.push(pollOf(history, row, budget));
  }
  return [...drafts].map(([key, draft]) => ({ key, ...draft }));
}

interface Draft {
  readonly sends: Map<string, number[]>;
  readonly failed: Map<string, number>;
  readonly acknowledged: Place[];
  readonly polls: Poll[];
}

function addSend(history: History, row: number, { sends, failed, acknowledged }: Draft): void {
  const message = canonicalJson(history.valueOf(history.value[row]!));
  if (history.status[row] === STATUS.fail) {
    failed.set(message, row);
    return;
  }
  const rows = sends.get(message);
  if (rows === undefined) sends.set(message, [row]);
  else rows.push(row);
  const offset = history.versionOf(row);
  if (history.status[row] === STATUS.ok && typeof offset === "number")
    acknowledged.push({ offset, message, row });
}

function pollOf(history: History, row: number, budget: Budget): Poll {
  const places: Place[] = [];
  for (const id of history.elementsOf(row)) {
    budget.tick();
    const pair = history.valueOf(id);
    // Polls of queues return elements alone: those are no messages at offsets.
    if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "number")
      places.push({ offset: pair[0], message: canonicalJson(pair[1] as Json), row });
  }
  const asked = history.versionOf(row);
  return {
    row,
    from: typeof asked === "number" ? asked : (places[0]?.offset ?? 0),
    places,
    node: history.node[row]!,
    isFinal: (history.flags[row]! & FLAG.final) !== 0,
  };
}
