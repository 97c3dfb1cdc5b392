import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";
import { OWNED_REGISTERS } from "./support/objects.ts";
import { readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  postEvery: z.int().min(1).default(20).describe("milliseconds between two posts, over all clients"),
  replyRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of visits that answer a post, if it is seen"),
  ownReplies: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of posts that their author answers at once: then the order is that of one session"),
  recent: z.int().min(1).default(5).describe("how many of the newest posts clients look at"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Somebody posts, somebody who has read the post comments on it, others look: at the comment first and then at the post. Who
 * has seen the comment must find the post (`causal`; where the author comments, already `pram`). Both are keys of their
 * own, written once, so a store that replicates each key by itself shows the comment without its post. The anomaly is a
 * `causality-violation`. Source: the example of Lloyd et al. 2011 (COPS), §3.
 */
export const postComment: Workload<Options> = {
  name: "post-comment",
  summary:
    "a post and the comment on it, two keys: nobody may see the comment without the post (causal order)",
  options: optionsSchema,
  objects: OWNED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "causal-convergent",
    "causal-memory",
    "pram",
    "monotonic-reads",
    "no-lost-writes",
    "convergence",
  ],
  create: ({ options }) => new Threads(options),
};

interface Thread {
  readonly post: string;
  readonly comment: string;
  /** Somebody comments or has commented: each key is written once. */
  isAnswered: boolean;
}

class Threads implements WorkloadRun {
  readonly generator = visits((context) => this.#visit(context));
  readonly #options: Options;
  readonly #threads: Thread[] = [];
  #nextPost = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  finalReads(): readonly Invocation[] {
    return this.#threads.flatMap(({ post, comment }) => [readOf(post), readOf(comment)]);
  }

  #visit(context: GeneratorContext): Visit {
    const { random, now } = context;
    if (now >= this.#nextPost || this.#threads.length === 0) {
      this.#nextPost = now + this.#options.postEvery * MILLISECOND;
      return this.#post(context);
    }
    const thread = random.pick(this.#threads.slice(-this.#options.recent));
    return !thread.isAnswered && random.chance(this.#options.replyRatio)
      ? this.#reply(thread, context)
      : look(thread);
  }

  *#post({ random }: GeneratorContext): Visit {
    const number = this.#threads.length + 1;
    const isAnswered = random.chance(this.#options.ownReplies);
    const thread = { post: `post-${number}`, comment: `comment-${number}`, isAnswered };
    this.#threads.push(thread);
    const posted = yield write(thread.post, `post ${number}`);
    if (isAnswered && answerOf(posted) !== undefined) yield write(thread.comment, `comment ${number}`);
  }

  *#reply(thread: Thread, { process }: GeneratorContext): Visit {
    const post = answerOf(yield readOf(thread.post))?.value ?? null;
    if (post === null || thread.isAnswered) return;
    thread.isAnswered = true;
    yield write(thread.comment, `comment of ${process} on ${String(post)}`);
  }
}

/** The comment first: who finds it must then find the post. */
function* look({ post, comment }: Thread): Visit {
  yield readOf(comment);
  yield readOf(post);
}

const write = (key: string, value: string): Invocation => ({ f: "write", key, value, object: "register" });
