import type { ReportEdge } from "../schema.ts";

/** The bar of an operation. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Arrows leave and arrive within this much of it: what never ended is drawn longer than it can be looked at. */
  readonly reach: number;
  readonly lane: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve from one bar to another: a cubic one with its ends upright. `head`: whether it points up or down. */
export interface Arrow {
  readonly curve: readonly [Point, Point, Point, Point];
  readonly head: "up" | "down";
  /** The middle of the badge, on the curve. */
  readonly badge: Point;
}

export const BADGE_RADIUS = 9;

interface Measures {
  readonly lanes: number;
  readonly top: number;
  readonly bar: number;
  /** Between lanes that have no arches. */
  readonly gap: number;
}

type Side = "top" | "bottom";

/** Where an arrow leaves and where it arrives; ends near the left or the right end of a bar. */
interface Route {
  readonly from: Anchor;
  readonly to: Anchor;
}

interface Anchor {
  readonly box: number;
  readonly side: Side;
  readonly end: "left" | "right";
  /** Its number among those at the same corner, and how many there are. */
  nth: number;
  of: number;
}

/** Room for the arches of each lane, the bars in it, and the arrows between the bars. */
export function layArrows(
  flat: readonly Box[],
  edges: readonly Pick<ReportEdge, "from" | "to">[],
  measures: Measures,
): { boxes: Box[]; arrows: Arrow[]; middles: number[]; bottom: number } {
  const routes = edges.map((edge) => routeOf(flat, edge));
  numberAnchors(routes);
  const heights = routes.map((route, i) => archHeight(flat, edges, routes, i, route));
  const { tops, bottom } = laneTops(flat, routes, heights, measures);
  const boxes = flat.map((box) => ({ ...box, y: tops[box.lane] as number }));
  const taken: Point[] = [];
  const arrows = routes.map((route, i): Arrow => {
    const curve = curveOf(boxes, route, heights[i] as number, measures.bar);
    const badge = badgePlace(curve, boxes, taken, measures.bar);
    taken.push(badge);
    return { curve, head: route.to.side === "top" ? "down" : "up", badge };
  });
  return { boxes, arrows, middles: tops.map((y) => y + measures.bar / 2), bottom };
}

/** Over the lane to what comes later in it, under it to what came earlier; else from the side that faces the other. */
function routeOf(boxes: readonly Box[], { from, to }: Pick<ReportEdge, "from" | "to">): Route {
  const [one, other] = [boxes[from] as Box, boxes[to] as Box];
  const forward = one.x + one.reach / 2 <= other.x + other.reach / 2;
  const sameLane = one.lane === other.lane;
  // Back to another lane on the left side, so that the way there and the way back lie apart.
  const ends = forward ? (["right", "left"] as const) : (["left", sameLane ? "right" : "left"] as const);
  const below = one.lane < other.lane;
  const sides: readonly [Side, Side] = sameLane
    ? forward
      ? ["top", "top"]
      : ["bottom", "bottom"]
    : below
      ? ["bottom", "top"]
      : ["top", "bottom"];
  return {
    from: { box: from, side: sides[0], end: ends[0], nth: 0, of: 1 },
    to: { box: to, side: sides[1], end: ends[1], nth: 0, of: 1 },
  };
}

function numberAnchors(routes: readonly Route[]): void {
  const corners = Map.groupBy(
    routes.flatMap(({ from, to }) => [from, to]),
    ({ box, side, end }) => `${box} ${side} ${end}`,
  );
  for (const anchors of corners.values()) {
    anchors.forEach((anchor, nth) => {
      anchor.nth = nth;
      anchor.of = anchors.length;
    });
  }
}

const CORNER = 14;
const APART = 2 * BADGE_RADIUS + 2;

/** So that arrows side by side do not cross, they are numbered from the right at both ends. */
function anchorX(box: Box, { end, nth, of }: Anchor): number {
  const apart = Math.min(APART, Math.max(0, box.reach / 2 - CORNER) / Math.max(1, of));
  return end === "right" ? box.x + box.reach - CORNER - nth * apart : box.x + CORNER + (of - 1 - nth) * apart;
}

const ARCH = 26;
const ARCH_STEP = 22;

/** How high an arch rises over its lane: over those that it spans. 0 for arrows between lanes. */
function archHeight(
  boxes: readonly Box[],
  edges: readonly Pick<ReportEdge, "from" | "to">[],
  routes: readonly Route[],
  i: number,
  { from, to }: Route,
): number {
  const isArch = (route: Route): boolean => boxes[route.from.box]?.lane === boxes[route.to.box]?.lane;
  if (!isArch({ from, to })) return 0;
  const span = (route: Route): number =>
    Math.abs((boxes[route.from.box] as Box).x - (boxes[route.to.box] as Box).x);
  const lane = (boxes[from.box] as Box).lane;
  const own = span({ from, to });
  const lower = routes.filter(
    (route, j) =>
      j !== i &&
      isArch(route) &&
      (boxes[route.from.box] as Box).lane === lane &&
      route.from.side === from.side &&
      (span(route) < own || (span(route) === own && j < i)) &&
      overlaps(boxes, edges[i] as ReportEdge, edges[j] as ReportEdge),
  );
  return ARCH + ARCH_STEP * Math.min(4, lower.length);
}

function overlaps(
  boxes: readonly Box[],
  one: Pick<ReportEdge, "from" | "to">,
  other: Pick<ReportEdge, "from" | "to">,
): boolean {
  const span = ({ from, to }: Pick<ReportEdge, "from" | "to">): [number, number] => {
    const xs = [(boxes[from] as Box).x, (boxes[to] as Box).x] as const;
    return [Math.min(...xs), Math.max(...xs)];
  };
  const [a, b] = [span(one), span(other)];
  return a[0] < b[1] && b[0] < a[1];
}

function laneTops(
  boxes: readonly Box[],
  routes: readonly Route[],
  heights: readonly number[],
  { lanes, top, bar, gap }: Measures,
): { tops: number[]; bottom: number } {
  const roomOf = (lane: number, side: Side): number =>
    Math.max(
      0,
      ...routes.map((route, i) =>
        (boxes[route.from.box] as Box).lane === lane && route.from.side === side && (heights[i] as number) > 0
          ? (heights[i] as number) * 0.75 + BADGE_RADIUS + 2
          : 0,
      ),
    );
  const tops: number[] = [];
  let y = top;
  for (let lane = 0; lane < lanes; lane++) {
    y += roomOf(lane, "top");
    tops.push(y);
    y += bar + roomOf(lane, "bottom");
    if (lane < lanes - 1) y += gap;
  }
  return { tops, bottom: y + 4 };
}

function curveOf(boxes: readonly Box[], { from, to }: Route, height: number, bar: number): Arrow["curve"] {
  const point = (anchor: Anchor): Point => {
    const box = boxes[anchor.box] as Box;
    return { x: anchorX(box, anchor), y: anchor.side === "top" ? box.y : box.y + bar };
  };
  const [start, end] = [point(from), point(to)];
  const out = (anchor: Anchor): number => (anchor.side === "top" ? -1 : 1);
  // A way back bends the other way than a way there, or long ones would lie on each other.
  const isBack = from.end === "left";
  const share = (anchor: Anchor): number => (isBack ? (anchor === from ? 0.7 : 0.3) : 0.5);
  const reach = (anchor: Anchor): number =>
    out(anchor) * (height > 0 ? height : Math.abs(end.y - start.y) * share(anchor));
  return [start, { x: start.x, y: start.y + reach(from) }, { x: end.x, y: end.y + reach(to) }, end];
}

/** A point of a cubic Bézier curve. */
export function pointOn([a, b, c, d]: Arrow["curve"], t: number): Point {
  const s = 1 - t;
  const mix = (key: "x" | "y"): number =>
    s * s * s * a[key] + 3 * s * s * t * b[key] + 3 * s * t * t * c[key] + t * t * t * d[key];
  return { x: mix("x"), y: mix("y") };
}

const TRIED = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86];

/** Where the badge covers neither a bar nor another badge; the place that covers least if there is none. */
function badgePlace(
  curve: Arrow["curve"],
  boxes: readonly Box[],
  taken: readonly Point[],
  bar: number,
): Point {
  const points = TRIED.map((t) => pointOn(curve, t));
  const covered = (point: Point): number =>
    taken.filter((other) => Math.hypot(other.x - point.x, other.y - point.y) < 2 * BADGE_RADIUS + 1).length *
      2 +
    boxes.filter((box) => isOver(point, box, bar)).length;
  return points.toSorted((a, b) => covered(a) - covered(b))[0] as Point;
}

const isOver = (point: Point, box: Box, bar: number): boolean =>
  point.x > box.x - BADGE_RADIUS &&
  point.x < box.x + box.width + BADGE_RADIUS &&
  point.y > box.y - BADGE_RADIUS &&
  point.y < box.y + bar + BADGE_RADIUS;
