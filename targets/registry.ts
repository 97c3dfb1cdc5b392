import type { Target } from "#core/target";
import { maelstrom } from "./maelstrom/target.ts";
import { redis } from "./redis/target.ts";
import { simKv } from "./sim-kv/target.ts";

/** Every target by name. */
export const targets: Readonly<Record<string, Target>> = { redis, "sim-kv": simKv, maelstrom };
