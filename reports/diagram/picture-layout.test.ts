import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportOperation } from "../data/anomalies.ts";
import type { ReportEdge } from "../schema.ts";
import { testHistory, type TestOperation } from "../testing/history.ts";
import { BADGE_RADIUS } from "./arrows.ts";
import { layLanes } from "./lanes.ts";
import { BAR_HEIGHT, CHARACTER, LABEL_AT, layPicture } from "./picture-layout.ts";
import { selectDrawing } from "./select.ts";

/** Witnesses with arrows between any of their operations, in lanes that overlap or do not. */
const drawings = fc
  .tuple(
    fc.array(
      fc.record({
        process: fc.nat({ max: 4 }),
        start: fc.nat({ max: 60 }),
        length: fc.integer({ min: 1, max: 20 }),
        isOpen: fc.integer({ min: 0, max: 5 }),
        value: fc.nat({ max: 1e9 }),
      }),
      { minLength: 2, maxLength: 14 },
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 14 }),
  )
  .map(([drawn, pairs]) => {
    const operations = drawn.map(
      ({ process, start, length, isOpen, value }): TestOperation => ({
        process,
        f: "write",
        key: "x",
        value,
        node: `n${process}`,
        start: start * 1e6,
        end: isOpen === 0 ? null : (start + length) * 1e6,
      }),
    );
    const history = testHistory(operations);
    const edges = pairs
      .map(([a, b]) => [a % drawn.length, b % drawn.length] as const)
      .filter(([from, to]) => from !== to)
      .map(([from, to]): ReportEdge => ({ from, to, kind: "real-time", reason: "", because: [] }));
    return selectDrawing(
      operations.map((_, row) => reportOperation(history, row)),
      edges,
      16,
    );
  });

const layoutOf = (drawing: ReturnType<typeof selectDrawing>): ReturnType<typeof layPicture> =>
  layPicture(
    drawing,
    layLanes(drawing.operations),
    drawing.operations.map(({ label }) => label),
  );

describe("the picture of a witness", () => {
  test("has a bar for each operation, wide enough, in a lane of its own session, over no other", () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { boxes, lanes, width, bottom } = layoutOf(drawing);
        expect(boxes).toHaveLength(drawing.operations.length);
        boxes.forEach((box, i) => {
          const operation = drawing.operations[i];
          expect(lanes[box.lane]).toMatchObject({ name: operation?.who, y: box.y + BAR_HEIGHT / 2 });
          expect(box.width).toBeGreaterThanOrEqual((operation?.label.length ?? 0) * CHARACTER + LABEL_AT);
          expect(box.x + box.width).toBeLessThan(width);
          expect(box.y + BAR_HEIGHT).toBeLessThan(bottom);
          boxes.slice(i + 1).forEach((other) => {
            const apart = box.x + box.width < other.x || other.x + other.width < box.x;
            expect(apart || Math.abs(box.y - other.y) >= BAR_HEIGHT).toBe(true);
          });
        });
      }),
    );
  });

  test("shows what came first on the left, and what overlaps above each other", () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { boxes } = layoutOf(drawing);
        drawing.operations.forEach((one, i) => {
          drawing.operations.forEach((other, j) => {
            if (i === j) return;
            const [a, b] = [boxes[i], boxes[j]];
            const isBefore = (one.endIndex ?? Number.POSITIVE_INFINITY) < other.index;
            expect((a?.x ?? 0) + (a?.width ?? 0) < (b?.x ?? 0)).toBe(isBefore);
          });
        });
      }),
    );
  });

  test("has an arrow for each edge, from the bar of the one to the bar of the other, its badge in the picture", () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { boxes, arrows, width, height } = layoutOf(drawing);
        expect(arrows).toHaveLength(drawing.edges.length);
        arrows.forEach(({ curve, badge, head }, i) => {
          const edge = drawing.edges[i] as ReportEdge;
          for (const [point, place] of [
            [curve[0], edge.from],
            [curve[3], edge.to],
          ] as const) {
            const box = boxes[place];
            expect(point.x).toBeGreaterThanOrEqual(box?.x ?? 0);
            expect(point.x).toBeLessThanOrEqual((box?.x ?? 0) + (box?.width ?? 0));
            expect([box?.y, (box?.y ?? 0) + BAR_HEIGHT]).toContain(point.y);
          }
          expect(head).toBe(curve[3].y === boxes[edge.to]?.y ? "down" : "up");
          expect(badge.x - BADGE_RADIUS).toBeGreaterThanOrEqual(0);
          expect(badge.y - BADGE_RADIUS).toBeGreaterThanOrEqual(0);
          expect(badge.x + BADGE_RADIUS).toBeLessThanOrEqual(width);
          expect(badge.y + BADGE_RADIUS).toBeLessThanOrEqual(height);
        });
      }),
    );
  });

  test("sets parallel arrows apart", () => {
    const operations: TestOperation[] = [1, 2].map((process) => ({
      process,
      f: "write",
      start: process * 1e6,
      end: process * 1e6 + 1,
    }));
    const history = testHistory(operations);
    const edges = [
      [0, 1],
      [1, 0],
    ].map(([from = 0, to = 0]): ReportEdge => ({ from, to, kind: "real-time", reason: "", because: [] }));
    const { arrows } = layoutOf(
      selectDrawing(
        operations.map((_, row) => reportOperation(history, row)),
        edges,
        16,
      ),
    );
    const [one, other] = arrows.map(({ badge }) => badge);
    expect(Math.hypot((one?.x ?? 0) - (other?.x ?? 0), (one?.y ?? 0) - (other?.y ?? 0))).toBeGreaterThan(
      2 * BADGE_RADIUS,
    );
  });
});
