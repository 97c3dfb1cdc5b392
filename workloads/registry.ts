import type { Workload } from "#core/workload";
import { session } from "./session.ts";
import { set } from "./set.ts";

/** Every workload by name. */
export const workloads: Readonly<Record<string, Workload>> = { session, set };
