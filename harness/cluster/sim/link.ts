import type { LinkConditions } from "#core/cluster";
import { drawFrom } from "#core/distribution";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NetworkOptions } from "#core/store-node";
import { type Nanoseconds, SECOND } from "#core/units";
import type { Shape } from "./shape.ts";

/** A narrow piece of a link: when all that waits for it has passed. */
interface Bottleneck {
  freeAt: Nanoseconds;
}

/** One direction between two nodes, or between all clients and a node. */
export interface SimLink extends Bottleneck {
  readonly from: string;
  readonly to: string;
  readonly options: NetworkOptions;
  readonly random: Random;
  /** Of its own, so that shaping a link changes nothing else about it. */
  readonly shapeRandom: Random;
  /** How many times it is blocked. */
  blocks: number;
  /** Messages dropped since it was blocked. */
  dropped: number;
  /** When the latest message of an ordered link arrives. */
  lastArrival: Nanoseconds;
  /** What was done to it, oldest first. */
  shapes: readonly ({ readonly shape: Shape } & Bottleneck)[];
}

export function createLink(from: string, to: string, options: NetworkOptions, random: Random): SimLink {
  return {
    from,
    to,
    options,
    random,
    shapeRandom: random.fork("shapes"),
    blocks: 0,
    dropped: 0,
    lastArrival: 0,
    freeAt: 0,
    shapes: [],
  };
}

/** The conditions that keep messages of this link until they are lifted, if any do. */
export const holderOf = (link: SimLink): Shape | undefined =>
  link.shapes.find(({ shape }) => shape.conditions.hold === true)?.shape;

/** How many of a message sent now arrive, as far as chance decides. */
export function drawCopies(link: SimLink): number {
  const { options, random, shapes, shapeRandom } = link;
  let copies = 1;
  if (options.loss > 0 && random.chance(options.loss)) copies--;
  if (options.duplication > 0 && random.chance(options.duplication)) copies++;
  for (const { shape } of shapes) {
    const { loss = 0, duplication = 0, corruption = 0 } = shape.conditions;
    // A checksum finds what was damaged.
    for (const probability of [loss, corruption])
      if (probability > 0 && copies > 0 && shapeRandom.chance(probability)) {
        copies--;
        shape.affected++;
      }
    if (duplication > 0 && shapeRandom.chance(duplication)) {
      copies++;
      shape.affected++;
    }
  }
  return copies;
}

/** How many times in a row chance loses a message that is sent until it arrives. */
export function drawRepeats(link: SimLink): number {
  const { options, random, shapes, shapeRandom } = link;
  let repeats = drawLosses(random, options.loss);
  for (const { shape } of shapes) {
    const { loss = 0, corruption = 0 } = shape.conditions;
    const losses = drawLosses(shapeRandom, loss) + drawLosses(shapeRandom, corruption);
    if (losses > 0) shape.affected++;
    repeats += losses;
  }
  return repeats;
}

/** Nothing is sent more often than this before its sender gives up; by then hours have passed. */
const REPEATS_MAX = 15;

function drawLosses(random: Random, loss: number): number {
  let losses = 0;
  while (loss > 0 && losses < REPEATS_MAX && random.chance(loss)) losses++;
  return losses;
}

/** How long a message sent now is under way; `undefined`: a queue was full, it is lost. */
export function drawFlight(link: SimLink, message: Json, now: Nanoseconds): Nanoseconds | undefined {
  const { options, random, shapes, shapeRandom } = link;
  let flight = drawDelay(random, options);
  if (options.rate !== undefined) {
    const wait = passBottleneck(link, options.rate, message, now);
    if (wait === undefined) return undefined;
    flight += wait;
  }
  for (const shaped of shapes) {
    const { delay, rate } = shaped.shape.conditions;
    if (delay !== undefined) flight += drawFrom(delay, shapeRandom);
    const wait = rate === undefined ? 0 : passBottleneck(shaped, rate, message, now);
    if (delay !== undefined || rate !== undefined) shaped.shape.affected++;
    if (wait === undefined) return undefined;
    flight += wait;
  }
  return flight;
}

/** How long a message is held back to be overtaken; mostly not at all. */
export function drawHoldBack(link: SimLink): Nanoseconds {
  const { options, random, shapes, shapeRandom } = link;
  let holdBack = 0;
  if (options.reordering !== undefined) holdBack += drawReordering(random, options.reordering);
  for (const { shape } of shapes) {
    const { reordering } = shape.conditions;
    const extra = reordering === undefined ? 0 : drawReordering(shapeRandom, reordering);
    if (extra > 0) shape.affected++;
    holdBack += extra;
  }
  return holdBack;
}

const drawReordering = (random: Random, { probability, by }: NonNullable<LinkConditions["reordering"]>) =>
  random.chance(probability) ? drawFrom(by, random) : 0;

const drawDelay = (random: Random, options: NetworkOptions): Nanoseconds =>
  options.delay === undefined
    ? options.delayMin + Math.round(random.exponential(options.delayTail))
    : drawFrom(options.delay, random);

/** How long until a message has passed a bottleneck; `undefined`: too much waits there already. */
function passBottleneck(
  bottleneck: Bottleneck,
  { bytesPerSecond, queue }: NonNullable<LinkConditions["rate"]>,
  message: Json,
  now: Nanoseconds,
): Nanoseconds | undefined {
  const start = Math.max(now, bottleneck.freeAt);
  if (start - now > queue) return undefined;
  bottleneck.freeAt = start + Math.ceil((JSON.stringify(message).length / bytesPerSecond) * SECOND);
  return bottleneck.freeAt - now;
}
