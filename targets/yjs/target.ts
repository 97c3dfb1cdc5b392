import { z } from "zod";
import { loadPackage } from "../documents/load-package.ts";
import { documentTarget } from "../documents/target.ts";
import type { NodeOptions } from "../documents/node.ts";
import { type Library, SETS, yjsLibrary, type YjsOptions } from "./document.ts";

const optionsSchema = z.object({
  sets: z
    .enum(SETS)
    .default("array")
    .describe("what sets are: an array of elements, or the keys of a map, where concurrent adds can be lost"),
  syncEvery: z
    .int()
    .min(10)
    .default(250)
    .describe("milliseconds between two rounds in which a node compares with another"),
});

/** Nodes that hold documents of Yjs, one per key; see README.md beside this file. */
export const yjs = documentTarget<YjsOptions & NodeOptions>({
  name: "yjs",
  summary: "documents of the CRDT library Yjs, on nodes that ship updates and sync (install it beside)",
  options: optionsSchema,
  load: (options) => yjsLibrary(loadPackage<Library>("yjs", "yjs"), options),
  crdt: ({ sets }, type) => {
    if (type === "register") return "lww";
    if (type === "counter") return "pn-counter";
    return type === "set" && sets === "array" ? "or-set" : undefined;
  },
});
