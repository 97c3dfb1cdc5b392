import type { Budget } from "#core/budget";
import { type History } from "#core/history";
import { endOf, keyWords, valueWords, whenWords, whoWords } from "../words.ts";
import type { CrdtFinding } from "./crdt-checker.ts";
import { type CrdtObject, isAcknowledged, maySee, nodeOf } from "./crdt-objects.ts";
import { type Char, lineOf, type TextView } from "./text-chars.ts";

/** What is wrong with single reads of a text, its order aside. */
export function judgeTextReads(
  history: History,
  object: CrdtObject,
  view: TextView,
  budget: Budget,
): CrdtFinding[] {
  return [
    ...unreachable(history, object, view),
    ...object.reads.flatMap((read) => [
      ...impossibleChars(history, object, view, read, budget),
      ...holesOf(history, object, view, read, budget),
    ]),
    ...judgeEnd(history, object, view, budget),
  ];
}

/** Acknowledged inserts that returned before what they were inserted after can have been there. */
function unreachable(history: History, { key }: CrdtObject, { chars }: TextView): CrdtFinding[] {
  return chars
    .filter(({ row, earliest }) => history.retRank[row]! < earliest)
    .map((char) => ({
      type: "unexpected-char",
      rows: [...lineOf(char)].map(({ row }) => row),
      explanation: `${whoWords(history, char.row)} inserted ${charWords(char)} into ${keyWords(history, key)} after ${charWords(char.anchor!)}, which was inserted only later`,
    }));
}

function impossibleChars(
  history: History,
  object: CrdtObject,
  view: TextView,
  read: number,
  budget: Budget,
): CrdtFinding[] {
  const findings: CrdtFinding[] = [];
  const seen = new Set<string>();
  for (const { id, char, inserted } of view.shown.get(read)!) {
    budget.tick();
    const name = JSON.stringify(id);
    const line = inserted === undefined ? [] : [...lineOf(inserted)].map(({ row }) => row);
    const finding = (type: CrdtFinding["type"], what: string): CrdtFinding => ({
      type,
      rows: [...line, read],
      explanation: `${showsWords(history, object, read)} character ${name} (${valueWords(char)})${what}`,
    });
    if (seen.has(name)) findings.push(finding("duplicated-char", " twice"));
    else if (inserted === undefined)
      findings.push(finding("unexpected-char", ", which nobody can have inserted"));
    else if (inserted.earliest > history.retRank[read]!)
      findings.push(finding("unexpected-char", " before it can have been inserted"));
    else if (inserted.char !== char)
      findings.push(finding("unexpected-char", `, inserted as ${valueWords(inserted.char)}`));
    seen.add(name);
  }
  return findings;
}

/** Characters that are not shown although something inserted after them is, and nobody can have erased them. */
function holesOf(
  history: History,
  object: CrdtObject,
  view: TextView,
  read: number,
  budget: Budget,
): CrdtFinding[] {
  const shown = new Set(view.shown.get(read)!.map(({ inserted }) => inserted));
  const checked = new Set<Char>();
  const findings: CrdtFinding[] = [];
  for (const char of shown) {
    for (let anchor = char?.anchor; anchor !== undefined && !checked.has(anchor); anchor = anchor.anchor) {
      budget.tick();
      checked.add(anchor);
      if (shown.has(anchor) || isErasable(history, anchor, read)) continue;
      findings.push({
        type: "vanished-char",
        rows: [...lineOf(char!)].map(({ row }) => row).concat(anchor.erases, read),
        explanation: `${showsWords(history, object, read)} ${charWords(char!)} without ${charWords(anchor)}, after which it was inserted and which nobody can have erased`,
      });
    }
  }
  return findings;
}

/** Whether some erase may be why a read does not show a character. */
const isErasable = (history: History, { erases }: Char, read: number): boolean =>
  erases.some((erase) => maySee(history, read, erase));

/** The last reads show all that was inserted and surely not erased, and nothing that was surely erased. */
function judgeEnd(history: History, object: CrdtObject, view: TextView, budget: Budget): CrdtFinding[] {
  const last = [...object.last];
  const inRead = new Map(
    last.map((read) => [read, new Set(view.shown.get(read)!.map(({ inserted }) => inserted))]),
  );
  const findings: CrdtFinding[] = [];
  const certain = happened(history, view);
  for (const char of view.chars) {
    budget.tick();
    const missing = !certain.has(char)
      ? []
      : last.filter((read) => !inRead.get(read)!.has(char) && !isErasable(history, char, read));
    const erase = char.erases.find((row) => isAcknowledged(history, row));
    const back = last.filter((read) => erase !== undefined && inRead.get(read)!.has(char));
    const line = [...lineOf(char)].map(({ row }) => row);
    if (missing.length > 0) {
      const heir = certain.get(char)!;
      findings.push({
        type: missing.length === last.length ? "vanished-char" : "diverged",
        severity: 1,
        rows: [...[...lineOf(heir)].map(({ row }) => row), ...char.erases, ...last],
        explanation: `${keyWords(history, object.key)} is without ${charWords(char)} on ${missing.map((read) => nodeOf(history, read)).join(", ")} in the end, which ${whoWords(history, char.row)} inserted ${whenWords(history, endOf(history, char.row))} and nobody can have erased`,
      });
    }
    if (erase !== undefined && back.length > 0) {
      findings.push({
        type: "resurrected-char",
        severity: 1,
        rows: [...line, erase, ...last],
        explanation: `${showsWords(history, object, back[0]!)} ${charWords(char)} in the end, which ${whoWords(history, erase)} had erased ${whenWords(history, endOf(history, erase))}`,
      });
    }
  }
  return findings;
}

/** Characters that are certain to be there, and the acknowledged insert that shows it: their own, or one somewhere after them. */
function happened(history: History, { chars }: TextView): Map<Char, Char> {
  const found = new Map<Char, Char>();
  for (const char of chars) {
    if (!isAcknowledged(history, char.row)) continue;
    for (const one of lineOf(char)) {
      if (found.has(one)) break;
      found.set(one, char);
    }
  }
  return found;
}

export const charWords = ({ id, char }: Char): string => `${valueWords(char)} (${valueWords(id)})`;

export const showsWords = (history: History, { key }: CrdtObject, read: number): string =>
  `${keyWords(history, key)} shows on ${nodeOf(history, read)}`;
