import { z } from "zod";
import type { DocumentLibrary } from "../documents/document.ts";
import { loadPackage } from "../documents/load-package.ts";
import { documentTarget } from "../documents/target.ts";
import type { NodeOptions } from "../documents/node.ts";
import { automergeLibrary, type Library } from "./document.ts";

const PACKAGE = "@automerge/automerge";

const optionsSchema = z.object({
  syncEvery: z
    .int()
    .min(10)
    .default(250)
    .describe("milliseconds between two rounds in which a node compares with another"),
});

/** Texts merge, but not as the tree of what clients asked for: README.md beside this file says why. */
const CRDT_OF = { register: "lww", counter: "pn-counter", set: "or-set" } as const;

/** Made once: the library asks for chance when its first document is made. */
let loaded: DocumentLibrary | undefined;

/** Nodes that hold documents of Automerge, one per key; see README.md beside this file. */
export const automerge = documentTarget<NodeOptions>({
  name: "automerge",
  summary: "documents of the CRDT library Automerge, on nodes that ship changes and sync (install it beside)",
  options: optionsSchema,
  load: () => (loaded ??= automergeLibrary(loadPackage<Library>(PACKAGE, "automerge"))),
  crdt: (_options, type) => (type in CRDT_OF ? CRDT_OF[type as keyof typeof CRDT_OF] : undefined),
});
