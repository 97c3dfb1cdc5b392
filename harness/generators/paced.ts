import type { Generator } from "#core/generator";
import type { Nanoseconds } from "#core/units";

/** At most one operation of `source` every `gap`, over all workers together: for operations too heavy for full speed. */
export function paced(gap: Nanoseconds, source: Generator): Generator {
  let due = 0;
  return {
    ...source,
    next: (context) => {
      if (context.now < due) return { wait: due - context.now };
      const next = source.next(context);
      if (next !== undefined && !("wait" in next)) due = context.now + gap;
      return next;
    },
  };
}
