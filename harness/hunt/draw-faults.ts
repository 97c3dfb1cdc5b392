import * as fc from "fast-check";
import type { FaultSchedule } from "#core/nemesis";
import { Random } from "#core/random";
import type { Nanoseconds } from "#core/units";
import { faults } from "../nemeses/registry.ts";

/** One fault as it is drawn: lengths are shares, scaled so that all faults fill the run. */
export interface FaultDraft {
  readonly fault: string;
  /** Before it begins. */
  readonly gap: number;
  readonly length: number;
  /** Decides where it strikes. */
  readonly seed: number;
}

const MOST_FAULTS = 4;

/** No fault at all, or up to four one after the other. */
export const faultsArbitrary = (names: readonly string[]): fc.Arbitrary<readonly FaultDraft[]> =>
  names.length === 0
    ? fc.constant([])
    : fc.array(
        fc.record({
          fault: fc.constantFrom(...names),
          gap: fc.integer({ min: 1, max: 60 }),
          length: fc.integer({ min: 10, max: 100 }),
          seed: fc.nat(),
        }),
        { minLength: 1, maxLength: MOST_FAULTS },
      );

/** Of the run's operations, the part that faults may take: something must be left to see what they did. */
const FAULTY_SHARE = 0.9;

export function scheduleOf(
  drafts: readonly FaultDraft[],
  { nodes, time }: { readonly nodes: readonly string[]; readonly time: Nanoseconds },
): FaultSchedule {
  const total = drafts.reduce((sum, { gap, length }) => sum + gap + length, 0);
  const unit = (time * FAULTY_SHARE) / total;
  let at = 0;
  return drafts.map(({ fault, gap, length, seed }, index) => {
    at += gap * unit;
    const begin = Math.round(at);
    at += length * unit;
    const { on, parameters } = faults[fault]!.choose(new Random(seed), nodes);
    return { id: index + 1, at: begin, for: Math.max(1, Math.round(length * unit)), fault, on, parameters };
  });
}
