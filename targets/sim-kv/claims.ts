import type { Expectation, Model } from "#core/verdict";
import type { SimKvOptions } from "./options.ts";

/** What a store is asked about beyond convergence. */
const CONSISTENCY: readonly Model[] = [
  "linearizable",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

/** Whether machines may lose their power. */
const losesPower = (faults: readonly string[]): boolean => faults.some((name) => name.startsWith("power"));

/** What sim-kv promises with these options, while these faults may come. */
export function claimsOf(
  options: SimKvOptions,
  nodes: number,
  faults: readonly string[],
): readonly Expectation[] {
  const alone = nodes === 1 && !losesPower(faults);
  const majority = options.replication === "majority";
  const lossless: Expectation =
    alone || majority ? { model: "no-lost-writes", is: "holds" } : mayBreak("no-lost-writes", LOST);
  const consistent = alone || (majority && (nodes === 1 || options.readFrom === "primary"));
  const reason = !majority && options.readFrom === "primary" ? FAILOVER : STALE;
  return [
    ...CONSISTENCY.map(
      (model): Expectation => (consistent ? { model, is: "holds" } : mayBreak(model, reason)),
    ),
    lossless,
    { model: "convergence", is: "holds" },
  ];
}

/** The same where reads name the levels `strong` (the leader answers) and `local` (any node does). */
export function claimsByLevel(
  options: SimKvOptions,
  nodes: number,
  faults: readonly string[],
): readonly Expectation[] {
  const of = (level: string, readFrom: SimKvOptions["readFrom"]): Expectation[] =>
    claimsOf({ ...options, readFrom }, nodes, faults).map((claim) =>
      CONSISTENCY.includes(claim.model) ? { ...claim, level } : claim,
    );
  const aboutAll = (claim: Expectation): boolean => claim.level === undefined;
  return [...of("strong", "primary"), ...of("local", "any").filter((claim) => !aboutAll(claim))];
}

const LOST =
  "the leader acknowledges a write before any follower, or its own disk, has it for good; the next leader may lack it";
const STALE = "followers answer reads with what has reached them";
const FAILOVER =
  "a leader that was cut off answers until it hears of the next one, which may lack its writes";

const mayBreak = (model: Model, reason: string): Expectation => ({ model, is: "may-break", reason });
