import { type History, STATUS } from "#core/history";
import { endOf, keyWords, valueWords, whenWords, whoWords } from "../words.ts";
import type { CrdtFinding } from "./crdt-checker.ts";
import { type CrdtObject, nodeOf } from "./crdt-objects.ts";
import type { Element, SetView } from "./set-elements.ts";
import { acknowledgedOf, visibleTo } from "./set-elements.ts";

/** Elements that reads show although nothing can have added them by then. */
export function unexpectedElements(history: History, object: CrdtObject, view: SetView): CrdtFinding[] {
  const findings: CrdtFinding[] = [];
  for (const read of object.reads) {
    for (const id of view.shown.get(read)!) {
      const element = view.elements.get(id)!;
      if (visibleTo(history, read, element.adds).length > 0) continue;
      const why = element.adds.length > 0 ? "before its add began" : "which no operation can have added";
      findings.push({
        type: "unexpected-element",
        rows: [...element.adds.slice(0, 1), read],
        explanation: `${seenWords(history, object, read)} element ${elementWords(history, element)}, ${why}`,
      });
    }
  }
  return findings;
}

/** The last reads, by whether they show an element. */
export function lastReadsOf(
  object: CrdtObject,
  view: SetView,
  { id }: Element,
): { readonly present: number[]; readonly absent: number[] } {
  const last = [...object.last];
  return {
    present: last.filter((read) => view.shown.get(read)!.has(id)),
    absent: last.filter((read) => !view.shown.get(read)!.has(id)),
  };
}

/**
 * An element that should be in every last read: on no node it has vanished, or was taken by a remove that cannot have seen
 * it; on some nodes it has diverged.
 */
export function missingElement(
  history: History,
  object: CrdtObject,
  element: Element,
  { present, absent, add }: { present: readonly number[]; absent: readonly number[]; add: number },
): CrdtFinding {
  const isRemoved = element.removes.length > 0;
  const type =
    present.length > 0 ? "diverged" : isRemoved ? "remove-wins-over-concurrent-add" : "vanished-element";
  const nodes = absent.map((read) => nodeOf(history, read)).join(", ");
  const why = isRemoved
    ? " although no remove can have seen this add"
    : present.length > 0
      ? " although nobody removed it"
      : "";
  const rest =
    present.length > 0 ? `, but is on ${present.map((read) => nodeOf(history, read)).join(", ")}` : "";
  return {
    type,
    severity: history.status[add] === STATUS.ok ? 1 : 0,
    rows: [...element.adds, ...element.removes, ...object.last],
    explanation: `element ${elementWords(history, element)} of ${keyWords(history, object.key)}, added by ${whoWords(history, add)} ${whenWords(history, endOf(history, add))}, is not on ${nodes} in the end${why}${rest}`,
  };
}

/** An element in a read although what removed it must have been seen, and nothing added it since. */
export function resurrected(
  history: History,
  object: CrdtObject,
  element: Element,
  read: number,
  rows: readonly number[],
): CrdtFinding {
  const removes = acknowledgedOf(history, element.removes);
  const remove = removes[0] ?? element.removes[0]!;
  return {
    type: "resurrected-element",
    severity: object.last.has(read) ? 1 : 0,
    rows,
    explanation: `${seenWords(history, object, read)} element ${elementWords(history, element)}, which ${whoWords(history, remove)} had removed${object.last.has(read) ? ` ${whenWords(history, endOf(history, remove))}, for good` : ", as this read must have seen"}`,
  };
}

/** An element that the session had seen or added, and that nothing can have taken away. */
export function vanished(
  history: History,
  object: CrdtObject,
  element: Element,
  read: number,
  rows: readonly number[],
): CrdtFinding {
  return {
    type: element.removes.length > 0 ? "remove-wins-over-concurrent-add" : "vanished-element",
    rows,
    explanation: `${seenWords(history, object, read)} no element ${elementWords(history, element)}, which this read must have seen added and which no remove that it saw can have taken away`,
  };
}

const seenWords = (history: History, { key }: CrdtObject, read: number): string =>
  `${whoWords(history, read)} saw in ${keyWords(history, key)} on ${nodeOf(history, read)} ${whenWords(history, endOf(history, read))}`;

const elementWords = (history: History, { id }: Element): string => valueWords(history.valueOf(id));
