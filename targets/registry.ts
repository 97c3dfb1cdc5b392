import type { Target } from "#core/target";
import { eventual } from "./eventual/target.ts";
import { maelstrom } from "./maelstrom/target.ts";
import { redis } from "./redis/target.ts";
import { simKv } from "./sim-kv/target.ts";

/** Every target by name. */
export const targets: Readonly<Record<string, Target>> = { eventual, redis, "sim-kv": simKv, maelstrom };
