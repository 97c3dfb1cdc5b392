import { ABSENT, FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues, SOURCE } from "../registers/register-values.ts";

const READ = FUNCTIONS.indexOf("read");
const CAS = FUNCTIONS.indexOf("cas");

/** A write or deletion of a register with siblings that happened or may have. */
export interface Update {
  readonly row: number;
  /** What it wrote; NONE: it deleted. */
  readonly value: number;
  /** It may have taken the place of these updates, rows, and of no others; `anything`: of any that had begun. */
  readonly covers: readonly number[] | "anything";
  /** Of an acknowledged deletion: the values that it certainly took away, each with the row that showed it to the session. */
  readonly removes: ReadonlyMap<number, number>;
}

/** What is known of one key whose reads may return several values. */
export interface SiblingKey {
  readonly updates: Update[];
  /** By value: the first operation to return that read it once its write had begun, final reads as well. */
  readonly readers: Map<number, number>;
}

/** What one session knows of one key. */
interface Sight {
  /** Rows of the updates that it has seen; without those that an own acknowledged update took the place of. */
  seen: Set<number>;
  /** It may have seen more than is told: an operation had no answer, or showed what nobody wrote. */
  isOpaque: boolean;
  /** By value: the row that showed it, as long as the session has certainly not forgotten it. */
  certain: Map<number, number>;
  /** Operations of the session without an answer until then. */
  troubles: number;
}

const NOTHING: ReadonlyMap<number, number> = new Map();

/** Whether reads of a register may return several values, and nothing else orders its versions. */
export function isSiblings(history: History, key: number): boolean {
  const { type, siblings, order } = history.objectOf(key);
  return type === "register" && siblings && order === "unknown";
}

/**
 * The registers whose reads may return several values and whose versions have no other order: of each update what it may have
 * taken the place of. Where the header claims `"supersedes": "seen"` that is what its session had read or written before; else
 * anything that had begun before it can have taken effect, as for compare-and-sets, which replicas compute.
 */
export function siblingKeys(history: History): ReadonlyMap<number, SiblingKey> {
  const keys = new Map<number, SiblingKey>();
  history.keys.forEach((_, key) => {
    if (isSiblings(history, key)) keys.set(key, { updates: [], readers: new Map() });
  });
  if (keys.size === 0) return keys;
  const sights = new Map<number, Map<number, Sight>>();
  const troubles = new Map<number, number>();
  for (let row = 0; row < history.length; row++) {
    const session = history.session[row]!;
    const of = keys.get(history.key[row]!);
    if (of !== undefined) {
      const before = troubles.get(session) ?? 0;
      note(history, row, of, sightOf(sights, history.key[row]!, session, before));
    }
    if (history.status[row] !== STATUS.ok) troubles.set(session, (troubles.get(session) ?? 0) + 1);
  }
  return keys;
}

function sightOf(
  sights: Map<number, Map<number, Sight>>,
  key: number,
  session: number,
  troubles: number,
): Sight {
  let ofKey = sights.get(key);
  if (ofKey === undefined) sights.set(key, (ofKey = new Map()));
  let sight = ofKey.get(session);
  if (sight === undefined)
    ofKey.set(session, (sight = { seen: new Set(), isOpaque: false, certain: new Map(), troubles }));
  // Who reconnects after an operation without an answer may have forgotten what it saw.
  if (sight.troubles !== troubles) {
    sight.certain = new Map();
    sight.troubles = troubles;
  }
  return sight;
}

function note(history: History, row: number, of: SiblingKey, sight: Sight): void {
  const isOk = history.status[row] === STATUS.ok;
  const written = writtenBy(history, row);
  if (written !== ABSENT) noteUpdate(history, row, of, sight, written);
  if (!isOk || history.f[row] === CAS) sight.isOpaque = true;
  if (!isOk) return;
  for (const value of shownBy(history, row)) noteSight(history, row, of, sight, value);
}

function noteUpdate(
  history: History,
  row: number,
  { updates }: SiblingKey,
  sight: Sight,
  value: number,
): void {
  const isClaimed = history.objectOf(history.key[row]!).supersedes === "seen" && history.f[row] !== CAS;
  const isOk = history.status[row] === STATUS.ok;
  const removes = isClaimed && isOk && value === NONE ? certainBefore(history, row, sight) : NOTHING;
  updates.push({ row, value, covers: isClaimed && !sight.isOpaque ? [...sight.seen] : "anything", removes });
  if (isOk) sight.seen.clear();
  sight.seen.add(row);
  if (isOk && value >= 0) sight.certain.set(value, row);
  // What it took away is no matter of the next deletion.
  if (isOk && value === NONE) sight.certain = new Map();
}

const certainBefore = (history: History, row: number, { certain }: Sight): ReadonlyMap<number, number> =>
  new Map([...certain].filter(([, shown]) => history.retRank[shown]! < history.invRank[row]!));

function noteSight(
  history: History,
  row: number,
  { readers }: SiblingKey,
  sight: Sight,
  value: number,
): void {
  const writer = registerValues(history).writer[value]!;
  if (writer >= 0 && history.invRank[writer]! < history.retRank[row]!) {
    sight.seen.add(writer);
    const known = readers.get(value);
    if (known === undefined || history.retRank[row]! < history.retRank[known]!) readers.set(value, row);
    if (!sight.certain.has(value)) sight.certain.set(value, row);
  } else if (writer !== SOURCE.initial) sight.isOpaque = true;
}

/** The values, other than null, that a read showed or a compare-and-set was told. */
export function shownBy(history: History, row: number): readonly number[] {
  if (history.f[row] === READ && (history.flags[row]! & FLAG.list) !== 0)
    return [...history.elementsOf(row)].filter((value) => value >= 0);
  const value = readBy(history, row);
  return value >= 0 ? [value] : [];
}
