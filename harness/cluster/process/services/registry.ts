import type { Random } from "#core/random";
import { LinKv } from "./lin-kv.ts";
import { LinTso } from "./lin-tso.ts";
import { LwwKv } from "./lww-kv.ts";
import { SeqKv } from "./seq-kv.ts";
import type { Service } from "./service.ts";

/** The services of Maelstrom, by the name that nodes send to. */
export const makeServices = (random: Random): ReadonlyMap<string, Service> =>
  new Map<string, Service>([
    ["lin-kv", new LinKv()],
    ["seq-kv", new SeqKv(random.fork("seq-kv"))],
    ["lww-kv", new LwwKv(random.fork("lww-kv"))],
    ["lin-tso", new LinTso()],
  ]);
