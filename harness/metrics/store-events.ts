import { z } from "zod";

/**
 * What a home-made store tells of itself: a line of its log that is a JSON object with an `event`. `conflict`: it met concurrent
 * versions of one key. `repair`: a round of anti-entropy ended; `complete`: no difference was left.
 */
export const storeEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("conflict"), key: z.string().optional() }),
  z.object({ event: z.literal("repair"), complete: z.boolean() }),
]);
export type StoreEvent = z.infer<typeof storeEventSchema>;

/** The events among the lines of logs; whatever stands before the object on its line, such as a time, is passed over. */
export function storeEventsOf(logs: Iterable<string>): StoreEvent[] {
  const events: StoreEvent[] = [];
  for (const log of logs) {
    for (const line of log.split("\n")) {
      const event = eventIn(line);
      if (event !== undefined) events.push(event);
    }
  }
  return events;
}

function eventIn(line: string): StoreEvent | undefined {
  const start = line.indexOf('{"event"');
  if (start < 0) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(line.slice(start));
  } catch {
    // A line of a log may hold anything.
    return undefined;
  }
  return storeEventSchema.safeParse(json).data;
}
