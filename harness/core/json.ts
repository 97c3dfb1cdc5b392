import { z } from "zod";

/** What a recorded value may be: anything JSON holds. Integers beyond 2^53 travel as decimal strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const jsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>;
