/** The bugs that can be planted; `registry.ts` has what each is. */
export const bugNames = [] as const satisfies readonly string[];
export type BugName = (typeof bugNames)[number];
