import type { HuntSpace } from "./draw-case.ts";
import type { Quarry } from "./quarry.ts";
import type { Tried } from "./try-case.ts";

/** What a thread of a hunt is told when it starts. */
export interface HunterSettings {
  readonly space: HuntSpace;
  readonly quarry: Quarry;
}

/** To a thread: the number of the case to try. */
export type HunterRequest = number;

/** From a thread. */
export type HunterReply = Tried;
