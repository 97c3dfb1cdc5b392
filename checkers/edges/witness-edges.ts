import { type History, NONE } from "#core/history";
import type { Anomaly, AnomalyEdge } from "#core/verdict";
import { addElements, addFirstInFirstOut } from "./element-links.ts";
import { type Link, LinkGraph, withPremises } from "./link-graph.ts";
import { type Attempt, attemptsOf, linksOf } from "./orders.ts";
import { addReads, addSessions, addTime, failedReads } from "./register-links.ts";
import { type Deed, deedsOf } from "./witness-rows.ts";

/** Of larger witnesses nothing is derived: nobody could follow it. */
const MOST_OPERATIONS = 40;
/** More edges than this explain nothing. */
const MOST_EDGES = 60;

/**
 * Why the operations of a witness contradict each other: edges that each hold in every order the model admits and that
 * together go round in a circle, each after those it follows from. Where no circle is found – only a search shows that there is
 * no order – what came before what. The anomaly's own edges, if its checker gave some that join operations of its witness.
 */
export function edgesOf(history: History, anomaly: Anomaly): AnomalyEdge[] {
  const rows = [...new Set(anomaly.witness)].map((index) => history.rowOf(index)).sort((a, b) => a - b);
  if (rows.includes(NONE)) return [];
  if (anomaly.edges !== undefined && joinsWitness(anomaly, anomaly.edges)) return anomaly.edges;
  if (rows.length > MOST_OPERATIONS) return [];
  const deeds = deedsOf(history, rows);
  const links = [...contradictionIn(history, anomaly, deeds), ...failedReads(history, deeds)];
  return inWords(history, deeds, links);
}

function joinsWitness({ witness }: Anomaly, edges: readonly AnomalyEdge[]): boolean {
  const indexes = new Set(witness);
  return edges.every(
    ({ from, to, because = [] }, place) =>
      from !== to && indexes.has(from) && indexes.has(to) && because.every((earlier) => earlier < place),
  );
}

function contradictionIn(history: History, { model }: Anomaly, deeds: readonly Deed[]): readonly Link[] {
  const attempts = [...attemptsOf(model, deeds), elementsOf(model)];
  for (const attempt of attempts) {
    const graph = linksOf(history, deeds, attempt);
    const cycle = graph.cycle();
    if (cycle !== undefined) return [...new Set([...withPremises(cycle), ...rest(graph, model)])];
  }
  return plainOrder(history, deeds, model);
}

/** Of what was lost, what each of the final reads shows; one would do for the contradiction, but not for the loss. */
const rest = ({ links }: LinkGraph, model: Anomaly["model"]): Link[] =>
  model === "no-lost-writes" || model === "convergence"
    ? links.filter(({ kind }) => kind === "missing" || kind === "reads-from")
    : [];

const elementsOf = (model: Anomaly["model"]): Attempt => ({
  given: [addElements, isTimed(model) ? addTime : addSessions, addFirstInFirstOut],
});

const isTimed = (model: Anomaly["model"]): boolean =>
  model === "linearizable" || model === "no-lost-writes" || model === "convergence";

/** What came directly before what, less what goes without saying. */
function plainOrder(history: History, deeds: readonly Deed[], model: Anomaly["model"]): readonly Link[] {
  const graph = new LinkGraph(deeds.length);
  addReads(graph, history, deeds);
  addElements(graph, history, deeds);
  if (model === "convergence") return graph.links;
  const order = new LinkGraph(deeds.length);
  if (isTimed(model)) addTime(order, history, deeds);
  else addSessions(order, history, deeds);
  const direct = order.links.filter(({ from, to }) => !isDetour(order, from, to));
  return direct.length + graph.links.length > MOST_EDGES ? graph.links : [...graph.links, ...direct];
}

/** Whether something lies between the two in a transitive order. */
const isDetour = (order: LinkGraph, from: number, to: number): boolean =>
  Array.from({ length: order.count }, (_, node) => node).some(
    (node) => order.has(from, node) && order.has(node, to),
  );

function inWords(history: History, deeds: readonly Deed[], links: readonly Link[]): AnomalyEdge[] {
  const places = new Map(links.map((link, place) => [link, place]));
  const indexOf = (place: number): number => history.invRank[deeds[place]!.row]!;
  return links.slice(0, MOST_EDGES).map(({ from, to, kind, reason, because }) => ({
    from: indexOf(from),
    to: indexOf(to),
    kind,
    reason,
    ...(because.length === 0 ? {} : { because: because.map((link) => places.get(link)!) }),
  }));
}
