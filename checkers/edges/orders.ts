import type { Model } from "#core/verdict";
import type { History } from "#core/history";
import type { Link } from "./link-graph.ts";
import { LinkGraph } from "./link-graph.ts";
import { addReads, addSessions, addTime, addVersions, conclude, type Conclusions } from "./register-links.ts";
import { type Deed, INITIAL } from "./witness-rows.ts";

type Given = (graph: LinkGraph, history: History, deeds: readonly Deed[]) => void;

/** What a model keeps in order, and what follows from that. */
export interface Attempt {
  readonly given: readonly Given[];
  readonly conclusions?: Conclusions;
}

const always = (): boolean => true;
const isGiven = (link: Link): boolean => link.because.length === 0 && link.kind !== "overwritten";
const EVERYTHING: Conclusions = { shadowed: true, overwritten: true, binds: always, from: always };

const withVersions =
  (total: boolean): Given =>
  (graph, history, deeds) =>
    addVersions(graph, history, deeds, total);

// Reads first: that something was read tells more than that it had ended by then.
const TIMED: readonly Given[] = [addReads, addTime];
const CAUSAL: readonly Given[] = [addReads, addSessions];

/**
 * How the contradiction in a witness may be shown, the plainest first. Linearizability and sequential consistency: Gibbons
 * and Korach 1997; the causal models: Bouajjani and others 2017, as the checkers do.
 */
export function attemptsOf(model: Model, deeds: readonly Deed[]): Attempt[] {
  switch (model) {
    case "linearizable":
    case "no-lost-writes":
      return [
        { given: TIMED, conclusions: EVERYTHING },
        { given: [...TIMED, withVersions(false)], conclusions: EVERYTHING },
      ];
    case "sequential":
      return [
        { given: CAUSAL, conclusions: EVERYTHING },
        { given: [...CAUSAL, withVersions(true)], conclusions: EVERYTHING },
      ];
    case "causal":
      return [{ given: CAUSAL, conclusions: { ...EVERYTHING, shadowed: false, from: isGiven } }];
    case "causal-convergent":
      return [{ given: CAUSAL, conclusions: { ...EVERYTHING, overwritten: false, from: isGiven } }];
    case "causal-memory":
    case "pram":
      return viewsOf(model, deeds);
    case "read-your-writes":
    case "monotonic-reads":
    case "monotonic-writes":
    case "writes-follow-reads":
      return sessionAttempts(deeds);
    default:
      return [];
  }
}

/** One attempt for each session whose view may be impossible, and for each indefinite read. */
function viewsOf(model: "causal-memory" | "pram", deeds: readonly Deed[]): Attempt[] {
  const readers = deeds.flatMap(({ source }, place) => (source >= INITIAL ? [place] : []));
  const bySession = [...Map.groupBy(readers, (place) => deeds[place]!.session).values()];
  return bySession.map((own) => {
    const binds = (place: number): boolean => own.includes(place);
    const reads: Given = (graph, history, all) =>
      addReads(graph, history, all, model === "pram" ? binds : always);
    return { given: [reads, addSessions], conclusions: { ...EVERYTHING, binds } };
  });
}

/**
 * Where the order of the versions is known, it contradicts what a session saw. Where it is not, each session demands an order
 * of its own: what it wrote or read comes before what it read later.
 */
function sessionAttempts(deeds: readonly Deed[]): Attempt[] {
  const ofOwn = (link: Link, reader: number): boolean => {
    const isOwn = (place: number): boolean => deeds[place]!.session === deeds[reader]!.session;
    return isGiven(link) && isOwn(link.to) && (isOwn(link.from) || link.kind === "reads-from");
  };
  return [
    {
      given: [withVersions(false), ...CAUSAL],
      conclusions: { ...EVERYTHING, shadowed: false, from: ({ kind }) => kind === "version" },
    },
    { given: CAUSAL, conclusions: { ...EVERYTHING, overwritten: false, from: ofOwn } },
  ];
}

/** Rounds of conclusions: each adds what follows from the one before. */
const MOST_ROUNDS = 20;

/** The links of an attempt up to the round in which they go round in a circle. */
export function linksOf(
  history: History,
  deeds: readonly Deed[],
  { given, conclusions }: Attempt,
): LinkGraph {
  const graph = new LinkGraph(deeds.length);
  for (const add of given) add(graph, history, deeds);
  if (conclusions === undefined) return graph;
  for (let round = 0; round < MOST_ROUNDS && graph.cycle() === undefined; round++) {
    if (!conclude(graph, history, deeds, conclusions)) break;
  }
  return graph;
}
