import { type History, NEVER, NONE } from "#core/history";
import { formatDuration, type Nanoseconds } from "#core/units";
import { deedWords } from "../search/deeds.ts";
import type { LockCall, LockState } from "../search/models/lock.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import type { Problem } from "../search/problem.ts";
import { endOf, isTimed, keyWords, whoWords } from "../words.ts";

type LockProblem = Problem<LockState, LockCall>;

/** An acquired lock: certainly held from the return of `acquire` to the invocation of `release`. */
interface Hold {
  readonly acquire: number;
  /** NONE: never released. */
  readonly release: number;
  readonly token: number | null;
  readonly from: number;
  readonly until: number;
}

/**
 * Locks that sessions acquire and release in turn, in O(n log n). With a fencing token for each acquire the order is known
 * and the answer exact; without, an overlap of two holds is a violation, and the rest is left to the search. So it is where
 * acquires were refused or a guarded resource was written: leaving those out makes no violation. Undefined too where a session
 * released what it had not acquired.
 */
export function judgeHolds(history: History, problem: LockProblem): FastAnswer | undefined {
  const holds = holdsOf(problem);
  if (holds === undefined) return undefined;
  const hasTokens = holds.every(({ token }) => token !== null);
  holds.sort(hasTokens ? (a, b) => a.token! - b.token! : (a, b) => a.from - b.from);
  let longest: Hold | undefined;
  let before: Hold | undefined;
  for (const hold of holds) {
    if (hasTokens && before?.token === hold.token) return sameToken(history, problem, before!, hold);
    if (longest !== undefined && hold.from < longest.until)
      return overlap(history, problem, longest, hold, hasTokens);
    if (longest === undefined || hold.until > longest.until) longest = hold;
    before = hold;
  }
  const isAll = problem.calls.every((made) => "hold" in made);
  return hasTokens && isAll ? { verdict: "satisfied" } : undefined;
}

/** Undefined where the holds do not tell everything. */
function holdsOf({ length, call, calls, inv, ret }: LockProblem): Hold[] | undefined {
  const holds = new Map<number, Hold>();
  for (let entry = 0; entry < length; entry++) {
    const made = calls[call[entry]!]!;
    if (!("hold" in made)) continue;
    const { hold: id } = made;
    if (made.kind === "acquire") {
      const from = ret[entry]!;
      if (made.isSure)
        holds.set(id, { acquire: entry, release: NONE, token: made.token, from, until: NEVER });
      continue;
    }
    const hold = holds.get(id);
    // A release of nothing known, a second one, and one sent before the acquire was answered are no plain ends of a hold.
    if (hold === undefined || hold.release !== NONE || inv[entry]! < hold.from) return undefined;
    holds.set(id, { ...hold, release: entry, until: inv[entry]! });
  }
  return [...holds.values()];
}

const entriesOf = ({ acquire, release }: Hold): number[] =>
  release === NONE ? [acquire] : [acquire, release];

function overlap(
  history: History,
  { row }: LockProblem,
  first: Hold,
  second: Hold,
  hasTokens: boolean,
): FastAnswer {
  const deed = (entry: number): string => deedWords(history, row[entry]!);
  const at = (time: Nanoseconds): string => (isTimed(history) ? ` at ${formatDuration(time)}` : "");
  const [held, taken] = [row[first.acquire]!, row[second.acquire]!];
  const name = keyWords(history, history.key[held]!);
  const until =
    first.release === NONE
      ? "and never releases it"
      : `until ${deed(first.release)} begins${at(history.invTime[row[first.release]!]!)}`;
  const order = hasTokens ? ", the later one by its token," : "";
  return {
    verdict: "violated",
    entries: [...entriesOf(first), ...entriesOf(second)],
    because: `two holders at once: ${whoWords(history, held)} holds ${name} from the end of ${deed(first.acquire)}${at(endOf(history, held))} ${until}, and yet ${deed(second.acquire)}${order} ends${at(endOf(history, taken))}`,
  };
}

function sameToken(history: History, { row }: LockProblem, first: Hold, second: Hold): FastAnswer {
  const deeds = [first, second].map(({ acquire }) => deedWords(history, row[acquire]!)).join(" and ");
  return {
    verdict: "violated",
    entries: [...entriesOf(first), ...entriesOf(second)],
    because: `one fencing token was given out twice: ${deeds}`,
  };
}
