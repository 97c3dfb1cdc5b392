import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import { MILLISECOND } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import type { Workload, WorkloadContext, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { TtlCaches } from "./application/ttl-caches.ts";
import { OWNED_REGISTERS } from "./support/objects.ts";
import { OwnedKeys, readOf } from "./support/owned-keys.ts";

/** Level of the reads that caches may answer, and of those that go to where the records are kept. */
const CACHE = "cache";
const ORIGIN = "origin";

const optionsSchema = z.object({
  cacheIn: z
    .enum(["clients", "store"])
    .default("clients")
    .describe(
      "where the cache is: clients = in front of the store, kept by the workload; store = the store's own, asked for with the level cache",
    ),
  ttl: z.int().min(1).default(1_000).describe("milliseconds that a cache may keep an answer"),
  lag: z
    .int()
    .min(0)
    .default(200)
    .describe("milliseconds that the store itself may be behind; with --ttl the bound of bounded-staleness"),
  caches: z.int().min(1).default(2).describe("how many caches the clients share (of --cache-in clients)"),
  publishers: z
    .int()
    .min(1)
    .default(2)
    .describe("clients that change their records; the others look them up"),
  changeEvery: z.int().min(1).default(50).describe("milliseconds between two changes of a publisher"),
  originRatio: z.number().min(0).max(1).default(0.1).describe("share of the lookups that pass the caches by"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Names of hosts, pages of a content network: a few publish records, many look them up through caches that keep each answer for its time
 * to live. A record may be old, but no older than the time to live and what the store itself lags: `bounded-staleness` at the
 * level `cache`, unless faults may come and the store's own reads may be stale. A cache that forgets to look again, or a store behind it that lags further, gives a `too-stale-read`. Lookups at the level `origin` pass the
 * caches by: the store's claims about reads are about them.
 */
export const ttlCache: Workload<Options> = {
  name: "ttl-cache",
  summary: "lookups through caches with a time to live, as DNS or a CDN: bounded staleness",
  options: optionsSchema,
  objects: OWNED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "pram",
    "monotonic-reads",
    "bounded-staleness",
    "no-lost-writes",
    "convergence",
  ],
  application: ({ cacheIn, caches, ttl }) =>
    cacheIn === "store" ? undefined : new TtlCaches({ caches, ttl: ttl * MILLISECOND, level: CACHE }),
  expectations: ({ cacheIn, ttl, lag }, claims, { faults }) => {
    const bound = { time: (ttl + lag) * MILLISECOND };
    const cached = { model: "bounded-staleness", bound, level: CACHE } as const;
    return [
      ...(cacheIn === "store" ? claims : claims.map(ofOrigin)),
      isBounded(claims, faults)
        ? { ...cached, is: "holds" }
        : { ...cached, is: "may-break", reason: UNBOUNDED },
    ];
  },
  create: records,
};

const UNBOUNDED =
  "while a fault keeps replicas apart, a store that does not wait for them lags without bound";

/** Whether the store behind the caches lags no more than `lag`: where nothing breaks, or reads are never stale at all. */
const isBounded = (claims: readonly Expectation[], faults: readonly string[]): boolean =>
  faults.length === 0 || claims.some(({ model, is }) => model === "linearizable" && is === "holds");

const ABOUT_ALL_LEVELS: readonly Model[] = ["no-lost-writes", "convergence"];

/** What a store claims of its reads it claims of those that reach it. */
const ofOrigin = (claim: Expectation): Expectation =>
  claim.level !== undefined || ABOUT_ALL_LEVELS.includes(claim.model) ? claim : { ...claim, level: ORIGIN };

function records({ options, clients }: WorkloadContext<Options>): WorkloadRun {
  const keys = new OwnedKeys("record");
  const publishers = Math.max(1, Math.min(options.publishers, Math.floor(clients / 2)));
  const level = ({ random }: GeneratorContext): string =>
    random.chance(options.originRatio) ? ORIGIN : CACHE;

  function* publish(context: GeneratorContext): Visit {
    yield keys.write(context);
    if (clients === 1) yield readOf(keys.own(context), level(context));
    yield { wait: options.changeEvery * MILLISECOND };
  }

  function* lookUp(context: GeneratorContext): Visit {
    const key = keys.others(context);
    yield key === undefined ? { wait: MILLISECOND } : readOf(key, level(context));
  }

  return {
    generator: visits((context) => (context.worker < publishers ? publish(context) : lookUp(context))),
    finalReads: () => keys.finalReads(),
  };
}
