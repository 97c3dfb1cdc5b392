import { type History, NONE, STATUS } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import {
  agoWords,
  endOf,
  faultWords,
  isTimed,
  keyWords,
  nodeWords,
  readWords,
  valueWords,
  whenWords,
  whoWords,
} from "../words.ts";
import { formatDuration } from "#core/units";
import type { Block, Conflict } from "./blocks.ts";
import { isWrite } from "./witness.ts";

/** Why no order of two blocks, or of the operations of one, explains what was seen. */
export function conflictWords(history: History, conflict: Conflict): string {
  const { earlier, later, after, before } = conflict;
  const key = keyWords(history, conflict.key);
  const late = history.invTime[after]!;
  if (earlier.root === later.root) {
    const gap = agoWords(late - endOf(history, before));
    return `${deedWords(history, before)} had ended ${gap} ${deedWords(history, after)} began, but it has to come after it`;
  }
  const [outer, inner] = isForward(earlier) ? [earlier, later] : [later, earlier];
  const from = outer.firstRow === NONE ? "was unwritten" : `was ${stateWords(history, outer)}`;
  const since = outer.firstRow === NONE ? "" : ` from ${momentWords(history, outer.firstRow, "end")}`;
  const until = `${momentWords(history, outer.lastRow, "begin")}`;
  return `${key} ${from}${since} until ${until}, and yet it was ${stateWords(history, inner)} in between: ${spanWords(history, inner)}${faultWords(history, late)}`;
}

const isForward = (block: Block): boolean => block.first < block.last;

/** The state of a block: the value of its operations. */
function stateWords(history: History, block: Block): string {
  const row = block.lastRow;
  const value = isWrite(history, row) ? writtenBy(history, row) : readBy(history, row);
  return valueWords(history.valueOf(value));
}

function momentWords(history: History, row: number, which: "begin" | "end"): string {
  const deed = deedWords(history, row);
  if (!isTimed(history)) return `the ${which === "end" ? "end" : "beginning"} of ${deed}`;
  const time = which === "end" ? endOf(history, row) : history.invTime[row]!;
  return `${formatDuration(time)} (${deed} ${which === "end" ? "ended" : "began"})`;
}

function spanWords(history: History, block: Block): string {
  if (block.firstRow === NONE) return momentWords(history, block.lastRow, "begin");
  return block.first < block.last
    ? `from ${momentWords(history, block.firstRow, "end")} until ${momentWords(history, block.lastRow, "begin")}`
    : `not before ${momentWords(history, block.lastRow, "begin")} and by ${momentWords(history, block.firstRow, "end")}`;
}

/** `p3's read of 4 from n1`. */
function deedWords(history: History, row: number): string {
  const read = history.status[row] === STATUS.ok ? readBy(history, row) : NONE;
  const deed = isWrite(history, row)
    ? `write of ${valueWords(history.valueOf(writtenBy(history, row)))}${nodeWords(history, row, "to")}`
    : `read of ${valueWords(history.valueOf(read))}${nodeWords(history, row, "from")}`;
  return `${whoWords(history, row)}'s ${deed}`;
}

export function untracedWords(history: History, row: number): string {
  const isRead = history.status[row] === STATUS.ok;
  const value = isRead ? readBy(history, row) : history.expectedOf(row);
  const when = whenWords(history, history.invTime[row]!);
  return `${whoWords(history, row)} ${readWords(history, row, value)} ${when}, a value that was never written`;
}

export function forkWords(history: History, [one, other]: readonly [number, number]): string {
  const key = keyWords(history, history.key[one]!);
  const expected = valueWords(history.valueOf(history.expectedOf(one)));
  return `${deedWords(history, one)} and ${deedWords(history, other)} both replaced ${key} = ${expected}`;
}

export function circleWords(history: History, row: number): string {
  const key = keyWords(history, history.key[row]!);
  const expected = valueWords(history.valueOf(history.expectedOf(row)));
  return `${deedWords(history, row)} replaced ${key} = ${expected}, which only compare-and-sets that depend on it wrote`;
}
