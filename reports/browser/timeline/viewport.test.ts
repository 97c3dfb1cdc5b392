import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tickText, ticks } from "./axis.ts";
import { Viewport } from "./viewport.ts";

describe("viewport", () => {
  test("zooms around a point that stays where it is", () => {
    const viewport = new Viewport(0, 1_000, 1);
    viewport.zoom(0.5, 250);
    expect([viewport.from, viewport.to]).toEqual([125, 625]);
    viewport.pan(100);
    expect([viewport.from, viewport.to]).toEqual([225, 725]);
    viewport.showAll();
    expect(viewport.isWhole).toBe(true);
  });

  test("never leaves the run and never shows less than can be drawn", () => {
    const wish = fc.oneof(
      fc.record({
        zoom: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        at: fc.integer({ min: 0, max: 1_000 }),
      }),
      fc.record({ pan: fc.integer({ min: -5_000, max: 5_000 }) }),
      fc.record({
        from: fc.integer({ min: -2_000, max: 2_000 }),
        to: fc.integer({ min: -2_000, max: 2_000 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(wish), (wishes) => {
        const viewport = new Viewport(0, 1_000, 2);
        for (const each of wishes) {
          if ("zoom" in each) viewport.zoom(each.zoom, each.at);
          else if ("pan" in each) viewport.pan(each.pan);
          else viewport.show(each.from, each.to);
          expect(viewport.from).toBeGreaterThanOrEqual(0);
          expect(viewport.to).toBeLessThanOrEqual(1_000 + 1e-9);
          expect(viewport.span).toBeGreaterThanOrEqual(2 - 1e-9);
        }
      }),
    );
  });
});

describe("axis", () => {
  test("marks are round and inside", () => {
    expect(ticks(0, 60e9, 6)).toEqual([0, 10e9, 20e9, 30e9, 40e9, 50e9, 60e9]);
    expect(ticks(12.001e9, 12.009e9, 4)).toEqual([12.002e9, 12.004e9, 12.006e9, 12.008e9]);
  });

  test("their texts have as many digits as tell neighbours apart", () => {
    expect(tickText(20e9, 10e9, "time")).toBe("20 s");
    expect(tickText(12.5e9, 0.5e9, "time")).toBe("12.5 s");
    expect(tickText(12.002e9, 2e6, "time")).toBe("12.002 s");
    expect(tickText(1200, 100, "order")).toBe("1,200");
  });
});
