import { type History, NONE } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { keyWords, nodeWords, valueWords, whoWords } from "../words.ts";
import { elementSources, finds, FROM_THE_START, lacks } from "./element-sources.ts";
import type { LinkGraph } from "./link-graph.ts";
import type { Deed } from "./witness-rows.ts";

const [ADD, ENQUEUE, DEQUEUE, DRAIN] = (["add", "enqueue", "dequeue", "drain"] as const).map((f) =>
  FUNCTIONS.indexOf(f),
);

/** What was found in a set or taken from a queue comes after it was put in; what was lacking, before. */
export function addElements(graph: LinkGraph, history: History, deeds: readonly Deed[]): void {
  const { put } = elementSources(history);
  deeds.forEach((putter, from) => {
    const element = history.value[putter.row]!;
    if (element === NONE || put[element] !== putter.row) return;
    deeds.forEach((one, to) => {
      if (!finds(history, one.row, element)) return;
      const reason = `${takeWords(history, one)} ${valueWords(history.valueOf(element))}, which ${whoWords(history, putter.row)} had put in`;
      graph.add({ from, to, kind: "reads-from", reason, because: [] });
    });
  });
  deeds.forEach((one, from) => {
    deeds.forEach((other, to) => {
      if (!lacksForGood(history, one, other)) return;
      graph.add({ from, to, kind: "missing", reason: lackWords(history, one, other), because: [] });
    });
  });
}

/** Whether `one` saw that what `other` put in was not there, and nobody can have taken it out again. */
function lacksForGood(history: History, one: Deed, other: Deed): boolean {
  const f = history.f[other.row]!;
  if (one.key !== other.key || (f !== ADD && f !== ENQUEUE)) return false;
  const { put, taken, openTake } = elementSources(history);
  const element = history.value[other.row]!;
  if (element === NONE || taken[element] === 1 || put[element] === FROM_THE_START) return false;
  return openTake[one.key] === 0 && lacks(history, one.row, element);
}

function takeWords(history: History, { row }: Deed): string {
  const f = history.f[row]!;
  const deed = f === DEQUEUE || f === DRAIN ? "took" : "found";
  return `${whoWords(history, row)} ${deed}`;
}

function lackWords(history: History, one: Deed, other: Deed): string {
  const who = whoWords(history, one.row);
  const node = nodeWords(history, one.row, "from");
  const element = valueWords(history.valueOf(history.value[other.row]!));
  const putter = whoWords(history, other.row);
  return history.f[other.row] === ENQUEUE
    ? `${who} left ${keyWords(history, one.key)} empty, and ${element} never came out: as if before ${putter} put it in`
    : `what ${who} read${node} lacks ${element}: as if before ${putter} added it`;
}

/** Of two elements of a queue the one that went in first comes out first. */
export function addFirstInFirstOut(graph: LinkGraph, history: History, deeds: readonly Deed[]): void {
  const { put } = elementSources(history);
  const taken = deeds.flatMap((deed, out) => {
    const element = history.value[deed.row]!;
    if (history.f[deed.row] !== DEQUEUE || !deed.happened || element === NONE) return [];
    const into = deeds.findIndex(({ row }) => row === put[element]);
    return into < 0 ? [] : [{ out, into, element, key: deed.key }];
  });
  for (const first of taken) {
    for (const second of taken) {
      if (first.key !== second.key || first.element === second.element) continue;
      const order = graph.links.find(({ from, to }) => from === first.into && to === second.into);
      if (order === undefined) continue;
      const [a, b] = [first, second].map(({ element }) => valueWords(history.valueOf(element)));
      const reason = `first in, first out: ${a} had gone in before ${b}`;
      graph.add({ from: first.out, to: second.out, kind: "implied", reason, because: [order] });
    }
  }
}
