import { z } from "zod";

/** The version of Debian's package. */
export const DEBIANS_VERSION = "2.9.10";

export const optionsSchema = z.object({
  replicas: z
    .int()
    .min(1)
    .max(5)
    .default(3)
    .describe("servers that keep a copy of each stream, at most as many as there are nodes"),
  allowDirect: z
    .boolean()
    .default(false)
    .describe(
      "clients read by direct get (allow_direct): any replica answers, not the stream's leader alone",
    ),
  ackWait: z
    .int()
    .min(100)
    .default(2_000)
    .describe(
      "milliseconds after which a message that was handed out and not acknowledged is handed out again",
    ),
  syncInterval: z
    .string()
    .regex(/^(always|[1-9]\d*(ms|s|m|h))$/, "`always`, or a number with ms, s, m or h")
    .optional()
    .describe(
      "sync_interval of NATS 2.10 and later: how often data is forced to disk, or always: before it is acknowledged; left out: every 2 minutes",
    ),
  syncMount: z
    .boolean()
    .default(false)
    .describe(
      "the data folder is mounted with sync, so that what is written is on disk: the way of versions without sync_interval; matters where power is lost",
    ),
  serverVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, "a version such as 2.12 or 2.12.1")
    .optional()
    .describe(
      "what the servers of --image or --env existing must be: then their version's promises are expected; left out: those of 2.9.10",
    ),
  image: z.string().optional().describe("an image that has nats-server, in place of Debian's NATS 2.9"),
});
export type NatsOptions = z.infer<typeof optionsSchema>;
