import { timeVersioning } from "./time-version.ts";

/**
 * The time of day on the node that took the update. Clocks differ: what a node with a slow clock takes after it has shown
 * something newer is older all the same, and lost.
 */
export const wallClock = timeVersioning(({ wall }) => wall);
