import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MODELS } from "#core/models";
import { type Model, VERDICTS } from "#core/verdict";
import { Lattice, type OrderVariant } from "./lattice.ts";
import { type Finding, propagate, type Propagated } from "./propagate.ts";

const VARIANTS: readonly OrderVariant[] = ["found", "timed", "told"];
const found = new Lattice("found");

const finding = (model: Model, verdict: Finding["verdict"], more: Partial<Finding> = {}): Finding => ({
  model,
  verdict,
  checker: "c",
  ...more,
});
const verdicts = ({ results }: Propagated): Record<string, string> =>
  Object.fromEntries(
    results.map(({ model, level, objects, verdict }) => [
      [model, level, objects].filter((part) => part !== undefined).join(" "),
      verdict,
    ]),
  );

describe("propagate", () => {
  test("satisfies what is weaker and violates what is stronger, and no more", () => {
    expect(
      verdicts(propagate([finding("causal-memory", "satisfied"), finding("sequential", "unknown")], found)),
    ).toEqual({
      "causal-memory": "satisfied",
      causal: "satisfied",
      pram: "satisfied",
      sequential: "unknown",
    });
    expect(
      verdicts(propagate([finding("causal-convergent", "violated"), finding("causal", "satisfied")], found)),
    ).toEqual({
      linearizable: "violated",
      sequential: "violated",
      "causal-convergent": "violated",
      causal: "satisfied",
    });
  });

  test("says from what it follows", () => {
    const { results } = propagate(
      [finding("linearizable", "satisfied"), finding("causal", "unknown")],
      found,
    );
    expect(results.find(({ model }) => model === "causal")).toEqual({
      model: "causal",
      verdict: "satisfied",
      reason: "follows from linearizable",
    });
  });

  test("keeps to one level and one kind of objects", () => {
    const findings = [
      finding("linearizable", "satisfied", { level: "quorum" }),
      finding("causal", "violated", { level: "replica" }),
      finding("pram", "violated", { objects: "feed*" }),
    ];
    const { results, contradictions } = propagate(findings, found);
    expect(contradictions).toEqual([]);
    const of = verdicts({ results, contradictions });
    expect(of["causal quorum"]).toBe("satisfied");
    expect(of["linearizable replica"]).toBe("violated");
    expect(of["linearizable feed*"]).toBe("violated");
    expect(of["linearizable"]).toBeUndefined();
  });

  test.each<[OrderVariant, Model, string[]]>([
    ["found", "causal-convergent", ["causal", "read-your-writes", "monotonic-reads"]],
    ["timed", "causal-convergent", ["causal"]],
    ["told", "causal-convergent", ["causal"]],
    ["found", "pram", []],
    ["timed", "linearizable", ["sequential", "read-your-writes"]],
    ["told", "linearizable", ["causal-memory", "causal", "pram"]],
  ])(
    "with the version order %s, from %s follow only models of the same variant",
    (variant, model, weaker) => {
      const of = verdicts(propagate([finding(model, "satisfied")], new Lattice(variant)));
      const judged = ["sequential", "causal-memory", "causal", "pram", "read-your-writes", "monotonic-reads"];
      for (const other of judged.filter((one) => one !== model)) {
        const isImplied = weaker.includes(other) || (model === "linearizable" && of[other] === "satisfied");
        expect([other, of[other] === "satisfied"]).toEqual([other, isImplied]);
      }
      for (const other of weaker) expect(of[other]).toBe("satisfied");
      if (variant === "told") expect(of["sequential"]).toBeUndefined();
      if (variant === "told") expect(of["read-your-writes"]).toBeUndefined();
    },
  );

  test("losing writes and converging follow from nothing", () => {
    for (const variant of VARIANTS) {
      const of = verdicts(propagate([finding("linearizable", "satisfied")], new Lattice(variant)));
      expect(of["no-lost-writes"]).toBeUndefined();
      expect(of["convergence"]).toBeUndefined();
    }
  });

  test("believes neither side of a contradiction and shows both", () => {
    const { results, contradictions } = propagate(
      [
        finding("linearizable", "satisfied", { checker: "optimist", reason: "an order was found" }),
        finding("causal", "violated", { checker: "liar", witness: [0, 3], explanation: "p1 read 2" }),
      ],
      found,
    );
    expect(contradictions).toEqual([
      {
        satisfied: { model: "linearizable", checker: "optimist", reason: "an order was found" },
        violated: { model: "causal", checker: "liar", reason: "p1 read 2", witness: [0, 3] },
      },
    ]);
    expect(results.map(({ model, verdict }) => [model, verdict])).toEqual([
      ["linearizable", "unknown"],
      ["causal", "unknown"],
    ]);
    for (const { reason } of results) {
      expect(reason).toContain("a bug in riftcheck");
      expect(reason).toContain("optimist says that linearizable is satisfied (an order was found)");
      expect(reason).toContain("liar says that causal is violated (p1 read 2), witness 0, 3");
    }
  });

  test("a violation against the order that the store told outweighs that some order was found", () => {
    const findings = [
      finding("linearizable", "satisfied", { checker: "values" }),
      finding("linearizable", "violated", { checker: "versions", witness: [1] }),
    ];
    const { results, contradictions } = propagate(findings, new Lattice("told"));
    expect([results.map(({ verdict }) => verdict), contradictions]).toEqual([["violated"], []]);
    expect(propagate(findings, new Lattice("timed")).contradictions).toHaveLength(1);
  });

  test("a violation of something stronger contradicts nothing", () => {
    const { contradictions } = propagate(
      [finding("causal", "satisfied"), finding("sequential", "violated")],
      found,
    );
    expect(contradictions).toEqual([]);
  });
});

const arbitraryFinding = fc.record(
  {
    model: fc.constantFrom(...MODELS),
    verdict: fc.constantFrom(...VERDICTS),
    checker: fc.constantFrom("a", "b"),
    level: fc.constantFrom("quorum", "replica"),
    witness: fc.constantFrom([0, 1], [2]),
  },
  { requiredKeys: ["model", "verdict", "checker"] },
) as fc.Arbitrary<Finding>;
const findings = fc.array(arbitraryFinding, { maxLength: 8 });
const lattices = fc.constantFrom(...VARIANTS.map((variant) => new Lattice(variant)));
const RUNS = { numRuns: 2000 };

describe("propagation of random findings", () => {
  test("does not mind their order", () => {
    fc.assert(
      fc.property(findings, fc.infiniteStream(fc.nat()), lattices, (all, keys, lattice) => {
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(propagate(shuffled, lattice)).toEqual(propagate(all, lattice));
      }),
      RUNS,
    );
  });

  test("changes nothing the second time", () => {
    fc.assert(
      fc.property(findings, lattices, (all, lattice) => {
        const { results } = propagate(all, lattice);
        const again = propagate(
          results.map((result) => ({ ...result, checker: "propagated" })),
          lattice,
        );
        expect(again).toEqual({ results, contradictions: [] });
      }),
      RUNS,
    );
  });

  test("knows more of more, unless a contradiction takes it back", () => {
    fc.assert(
      fc.property(findings, arbitraryFinding, lattices, (all, one, lattice) => {
        const before = propagate(all, lattice);
        const after = propagate([...all, one], lattice);
        const of = verdicts(after);
        for (const [name, verdict] of Object.entries(verdicts(before))) {
          const now = of[name] ?? "unknown";
          // Only that the store told another order than the one found may break what was satisfied.
          const isOutweighed = lattice.isTold && one.verdict === "violated";
          if (verdict === "satisfied" && isOutweighed) continue;
          if (verdict === "satisfied") expect(now).not.toBe("violated");
          if (verdict === "violated") expect(now).not.toBe("satisfied");
          if (now === verdict || verdict === "unknown" || verdict === "not-applicable") continue;
          const isNew = after.contradictions.length > before.contradictions.length;
          expect(isNew || one.verdict === "unknown" || now === "not-applicable").toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("never says what nobody said without an implication, and keeps the lattice", () => {
    let derived = 0;
    fc.assert(
      fc.property(findings, lattices, (all, lattice) => {
        const { results } = propagate(all, lattice);
        for (const { model, level, verdict } of results) {
          const same = all.filter((one) => one.level === level);
          const own = same.some((one) => one.model === model && one.verdict === verdict);
          if (verdict === "satisfied" && !own) {
            derived++;
            expect(same.some((one) => one.verdict === "satisfied" && lattice.follows(model, one.model))).toBe(
              true,
            );
          }
          if (verdict === "violated" && !own) {
            derived++;
            expect(same.some((one) => one.verdict === "violated" && lattice.follows(one.model, model))).toBe(
              true,
            );
          }
          const broken = results.filter((one) => one.level === level && one.verdict === "violated");
          if (verdict === "satisfied")
            expect(broken.filter((one) => lattice.follows(one.model, model))).toEqual([]);
        }
      }),
      RUNS,
    );
    expect(derived).toBeGreaterThan(100);
  });
});
