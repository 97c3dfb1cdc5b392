import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";
import { SHARED_REGISTERS } from "./support/objects.ts";
import { readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  contacts: z.int().min(1).default(3).describe("contacts that are edited at the same time"),
  editsPerContact: z
    .int()
    .min(1)
    .default(20)
    .describe("edits and deletes of one contact before a new one takes its place"),
  lookRatio: z.number().min(0).max(1).default(0.3).describe("share of visits that only look at a contact"),
  blindRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of edits by devices that have not looked at the contact before"),
  deleteRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("share of edits that delete the contact that was seen"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * One address book on many devices: contacts are edited, and with `--delete-ratio` deleted, without any condition, on several
 * devices at once. Where concurrent edits are kept side by side (DeCandia et al. 2007) each acknowledged one must be there in the
 * end, unless it was replaced by somebody who had seen it; where the last writer wins all replicas must agree on the same one
 * (`no-lost-writes`, `convergence`). No value is written twice.
 */
export const addressBook: Workload<Options> = {
  name: "address-book",
  summary: "contacts edited and deleted on several devices at once: lost, resurrected and diverged versions",
  options: optionsSchema,
  objects: SHARED_REGISTERS,
  models: ["linearizable", "no-lost-writes", "convergence"],
  create: ({ options }) => contacts(options),
};

function contacts(options: Options): WorkloadRun {
  /** How often each contact was edited; the last ones are edited now. */
  const edits: number[] = Array.from({ length: options.contacts }, () => 0);
  let versions = 0;
  const keyOf = (contact: number): string => `contact-${contact + 1}`;

  function pick({ random }: GeneratorContext): number {
    const contact = random.between(edits.length - options.contacts, edits.length - 1);
    if (edits[contact]! < options.editsPerContact) return contact;
    edits.push(0);
    return edits.length - 1;
  }

  function* edit(contact: number, { random }: GeneratorContext): Visit {
    edits[contact]!++;
    const key = keyOf(contact);
    let seen: Json = null;
    if (!random.chance(options.blindRatio)) seen = answerOf(yield readOf(key))?.value ?? null;
    const isDelete = seen !== null && random.chance(options.deleteRatio);
    yield isDelete ? change("delete", key) : change("write", key, ++versions);
  }

  function* look(contact: number): Visit {
    yield readOf(keyOf(contact));
  }

  return {
    generator: visits((context) => {
      const contact = pick(context);
      return context.random.chance(options.lookRatio) ? look(contact) : edit(contact, context);
    }),
    finalReads: () => edits.map((_, contact) => readOf(keyOf(contact))),
  };
}

const change = (f: "write" | "delete", key: string, value: Json = null): Invocation => ({
  f,
  key,
  value,
  object: "register",
});
