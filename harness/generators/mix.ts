import type { Generator } from "#core/generator";

/** Draws from each source with its weight; a source that has nothing for now passes the turn to the others. */
export function mix(sources: readonly { readonly weight: number; readonly source: Generator }[]): Generator {
  const total = sources.reduce((sum, { weight }) => sum + weight, 0);
  return {
    next: (context) => {
      let draw = context.random.float() * total;
      const first = sources.findIndex(({ weight }) => (draw -= weight) < 0);
      let wait: number | undefined;
      for (let i = 0; i < sources.length; i++) {
        const next = sources[(Math.max(0, first) + i) % sources.length]?.source.next(context);
        if (next === undefined) continue;
        if (!("wait" in next)) return next;
        wait = Math.min(wait ?? next.wait, next.wait);
      }
      return wait === undefined ? undefined : { wait };
    },
    completed: (process, operation, outcome, reply) => {
      for (const { source } of sources) source.completed?.(process, operation, outcome, reply);
    },
  };
}
