import type { Target } from "#core/target";
import { redis } from "./redis/target.ts";
import { simKv } from "./sim-kv/target.ts";

/** Every target by name. */
export const targets: Readonly<Record<string, Target>> = { redis, "sim-kv": simKv };
