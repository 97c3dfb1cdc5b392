import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";

const optionsSchema = z.object({
  charsPerDocument: z
    .int()
    .min(1)
    .default(60)
    .describe("characters typed into a document before the next is begun"),
  atBeginning: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      "share of insertions at position 0, where everybody's meet; the others go after a character seen",
    ),
  run: z.int().min(1).default(3).describe("most characters that a client types one after the other"),
  eraseRatio: z.number().min(0).max(1).default(0.2).describe("share of visits that erase a character seen"),
  lookRatio: z.number().min(0).max(1).default(0.3).describe("share of visits that only look"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Several people type into one document, often at the same place. In the end all replicas show one text (`convergence`), with
 * every acknowledged character that nobody erased (`no-lost-writes`), each after the one it was typed after. Characters have names, so that an
 * insertion says after which one it goes (null: at position 0): that is how a replicated text merges (RGA, Roh et al. 2011), and a store of
 * operational transformation translates it to a position of its own and back. The operations are the same; how it merges is the
 * store's matter, and only one that says it keeps an RGA is held to its order (`crdt-semantics`).
 */
export const sharedDocument: Workload<Options> = {
  name: "shared-document",
  summary: "one document typed by many at once: replicas end with one text, and no character is lost",
  options: optionsSchema,
  objects: [
    { keys: "*", type: "text", initial: null, order: "unknown", uniqueWrites: true, siblings: false },
  ],
  models: ["no-lost-writes", "convergence", "crdt-semantics"],
  create: ({ options }) => new Documents(options),
};

interface Document {
  readonly key: string;
  typed: number;
  /** Names of characters that somebody erases or has erased. */
  readonly erased: Set<string>;
}

class Documents implements WorkloadRun {
  readonly generator = visits((context) => this.#visit(context));
  readonly #options: Options;
  readonly #documents: Document[] = [];
  #chars = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  finalReads(): readonly Invocation[] {
    return this.#documents.map(({ key }) => operation("read", key));
  }

  #visit(context: GeneratorContext): Visit {
    const document = this.#current();
    const { eraseRatio, lookRatio } = this.#options;
    const draw = context.random.float();
    if (draw < eraseRatio) return this.#erase(document, context);
    if (draw < eraseRatio + lookRatio) return look(document);
    return this.#type(document, context);
  }

  *#type(document: Document, { random, process }: GeneratorContext): Visit {
    const { atBeginning, run } = this.#options;
    let after: string | null = null;
    if (!random.chance(atBeginning)) {
      const shown = namesIn(answerOf(yield operation("read", document.key))?.value);
      if (shown.length > 0) after = random.pick(shown);
    }
    for (let left = random.between(1, run); left > 0; left--) {
      const id = `${process}.${++this.#chars}`;
      document.typed++;
      const char = LETTERS[this.#chars % LETTERS.length]!;
      if (answerOf(yield operation("insert", document.key, { id, after, char })) === undefined) return;
      after = id;
    }
  }

  *#erase(document: Document, { random }: GeneratorContext): Visit {
    const shown = namesIn(answerOf(yield operation("read", document.key))?.value);
    const left = shown.filter((id) => !document.erased.has(id));
    if (left.length === 0) return;
    const id = random.pick(left);
    document.erased.add(id);
    yield operation("erase", document.key, { id });
  }

  #current(): Document {
    const last = this.#documents.at(-1);
    if (last !== undefined && last.typed < this.#options.charsPerDocument) return last;
    const key = `document-${this.#documents.length + 1}`;
    const document: Document = { key, typed: 0, erased: new Set() };
    this.#documents.push(document);
    return document;
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function* look({ key }: Document): Visit {
  yield operation("read", key);
}

const operation = (f: "insert" | "erase" | "read", key: string, value: Json = null): Invocation => ({
  f,
  key,
  value,
  object: "text",
});

/** The names of the characters that a read showed. */
function namesIn(text: Json | undefined): string[] {
  if (!Array.isArray(text)) return [];
  return (text as Json[]).flatMap((char) => {
    const { id } = (char ?? {}) as { readonly id?: Json };
    return typeof id === "string" ? [id] : [];
  });
}
