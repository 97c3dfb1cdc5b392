import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { applicationOf, claimsOfUpdates, updatesSchema } from "./application/updates.ts";

const optionsSchema = z.object({
  updates: updatesSchema,
  posts: z.int().min(1).default(3).describe("posts that are liked at the same time"),
  likesPerPost: z.int().min(1).default(100).describe("likes of one post before a new one takes its place"),
  likeRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe("share of visits that like a post; the others look"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Users like posts, and every like counts one. In the end each post has as many likes as were acknowledged, or an increment was
 * lost (`no-lost-writes`, `lost-increment`). Counters of the store's own are exact, a G-Counter also where
 * all replicas count (Shapiro et al. 2011). With `--updates rewrite` clients read the number and write the next one: two likes
 * at once count as one.
 */
export const likeCounter: Workload<Options> = {
  name: "like-counter",
  summary: "likes counted by everybody at once: increments lost by read-modify-write, exact with a G-Counter",
  options: optionsSchema,
  objects: [
    { keys: "*", type: "counter", initial: null, order: "unknown", uniqueWrites: false, siblings: false },
  ],
  models: ["linearizable", "no-lost-writes", "convergence", "crdt-semantics"],
  application: ({ updates }) => applicationOf(updates),
  expectations: ({ updates }, claims) => claimsOfUpdates(updates, claims, ["linearizable", "no-lost-writes"]),
  create: ({ options }) => likes(options),
};

function likes({ posts, likesPerPost, likeRatio }: Options): WorkloadRun {
  /** How many likes were asked for, by post: the last `posts` ones are liked now. */
  const asked: number[] = Array.from({ length: posts }, () => 0);
  const keyOf = (post: number): string => `likes-${post + 1}`;
  const read = (post: number): Invocation => ({
    f: "read",
    key: keyOf(post),
    value: null,
    object: "counter",
  });

  function pickPost({ random }: GeneratorContext): number {
    const post = random.between(asked.length - posts, asked.length - 1);
    if (asked[post]! < likesPerPost) return post;
    asked.push(0);
    return asked.length - 1;
  }

  function* like(context: GeneratorContext): Visit {
    const post = pickPost(context);
    asked[post]!++;
    yield { f: "increment", key: keyOf(post), value: 1, object: "counter" };
  }

  function* look({ random }: GeneratorContext): Visit {
    yield read(random.between(asked.length - posts, asked.length - 1));
  }

  return {
    generator: visits((context) => (context.random.chance(likeRatio) ? like(context) : look(context))),
    finalReads: () => asked.map((_, post) => read(post)),
  };
}
