import { describe, expect, test } from "vitest";
import type { AnomalyEdge } from "#core/verdict";
import { reportEdges, reportOperation } from "../data/anomalies.ts";
import type { ReportOperation } from "../schema.ts";
import { testHistory, type TestOperation } from "../testing/history.ts";
import { widthOf } from "./cells.ts";
import { textDiagram } from "./text-diagram.ts";

/** A diagram of these operations; edges by the places of the operations. */
function diagramOf(
  operations: readonly TestOperation[],
  edges: readonly AnomalyEdge[] = [],
  options: { ascii?: boolean; paint?: (style: string, text: string) => string } = {},
): string {
  const history = testHistory(operations);
  const shown = operations.map((_, row): ReportOperation => reportOperation(history, row));
  const indexed = edges.map((edge) => ({
    ...edge,
    from: shown[edge.from]?.index ?? -1,
    to: shown[edge.to]?.index ?? -1,
  }));
  const anomaly = {
    type: "stale-read",
    model: "pram",
    witness: [],
    explanation: "",
    edges: indexed,
  } as const;
  const paint = options.paint ?? ((_style: string, text: string): string => text);
  return `\n${textDiagram(shown, reportEdges({ ...anomaly, witness: [], edges: indexed }, shown), { paint, ascii: options.ascii ?? false }).join("\n")}\n`;
}

const write = (process: number, value: number, start: number, end: number | null): TestOperation => ({
  process,
  f: "write",
  key: "x",
  value,
  node: "n1",
  start: start * 1e6,
  end: end === null ? null : end * 1e6,
});
const read = (process: number, value: number | null, start: number, end: number): TestOperation => ({
  ...write(process, 0, start, end),
  f: "read",
  value,
  node: `n${process}`,
});
const edge = (from: number, to: number, reason: string, because?: number[]): AnomalyEdge => ({
  from,
  to,
  kind: "real-time",
  reason,
  ...(because === undefined ? {} : { because }),
});

const STALE: readonly TestOperation[] = [
  write(1, 1, 1, 2),
  write(1, 2, 3, 6),
  read(2, 2, 4, 5),
  read(3, 1, 7, 8),
];
const WHY: readonly AnomalyEdge[] = [
  edge(0, 1, "p1 itself did one after the other"),
  edge(1, 2, "p2 read x = 2 from n2, which p1 had written"),
  edge(2, 3, "had ended 2.00 ms before the other began"),
  edge(
    3,
    1,
    "p3 read x = 1 from n3, and what p1 wrote, which replaced that, had not been written by then",
    [0],
  ),
];

describe("a witness on the terminal", () => {
  test("says beside the lanes what does not fit into them", () => {
    const longKey = STALE.map((operation) => ({ ...operation, key: "accounts/170001" }));
    const text = diagramOf(longKey, WHY);
    for (const label of [
      "w accounts/170001=1",
      "w accounts/170001=2",
      "r accounts/170001→2",
      "r accounts/170001→1",
    ])
      expect(text).toContain(label);
  });

  test("has a lane for each session, intervals, and the reason of every edge", () => {
    expect(diagramOf(STALE, WHY)).toMatchInlineSnapshot(`
      "
          p1 · n1    p2 · n2    p3 · n3
          ● 1 w x=1  ┊          ┊          0.0010 s
          ● 2 w x=2  ● 3 r x→2  ┊          0.0030 s
          ┊          ┊          ● 4 r x→1  0.0070 s

          what has to come before what, and why (→ comes before):
          a   1 → 2  p1 itself did one after the other
          b   2 → 3  p2 read x = 2 from n2, which p1 had written
          c   3 → 4  had ended 2.00 ms before the other began
          d   4 → 2  p3 read x = 1 from n3, and what p1 wrote, which replaced that,
                     had not been written by then (a)
          So 2 → 3 → 4 → 2: round in a circle, which no order can do.
      "
    `);
  });

  test("does with ASCII", () => {
    const text = diagramOf(STALE, WHY, { ascii: true });
    expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
    expect(text).toMatchInlineSnapshot(`
      "
          p1 - n1    p2 - n2     p3 - n3
          * 1 w x=1  .           .           0.0010 s
          * 2 w x=2  * 3 r x->2  .           0.0030 s
          .          .           * 4 r x->1  0.0070 s

          what has to come before what, and why (-> comes before):
          a   1 -> 2  p1 itself did one after the other
          b   2 -> 3  p2 read x = 2 from n2, which p1 had written
          c   3 -> 4  had ended 2.00 ms before the other began
          d   4 -> 2  p3 read x = 1 from n3, and what p1 wrote, which replaced that,
                      had not been written by then (a)
          So 2 -> 3 -> 4 -> 2: round in a circle, which no order can do.
      "
    `);
  });

  test("shows what never ended as open to the end", () => {
    expect(diagramOf([write(1, 1, 1, null), read(2, 1, 3, 4), read(2, null, 5, 6)])).toMatchInlineSnapshot(`
      "
          p1 · n1      p2 · n2
          ┌ 1 w x=1 ?  ● 2 r x→1     0.0010 s
          ╎            ● 3 r x→null  0.0050 s
      "
    `);
  });

  test("puts what many sessions did beside narrow lanes", () => {
    const reads = Array.from({ length: 6 }, (_, i) => read(i + 2, 1, 3, 4));
    expect(diagramOf([write(1, 1, 1, 2), ...reads])).toMatchInlineSnapshot(`
      "
          ● ┊ ┊ ┊ ┊ ┊ ┊  1  p1 · n1  w x=1                              0.0010 s
          ┊ ┌ ┊ ┊ ┊ ┊ ┊  2  p2 · n2  r x→1                              0.0030 s
          ┊ │ ┌ ┊ ┊ ┊ ┊  3  p3 · n3  r x→1                              0.0030 s
          ┊ │ │ ┌ ┊ ┊ ┊  4  p4 · n4  r x→1                              0.0030 s
          ┊ │ │ │ ┌ ┊ ┊  5  p5 · n5  r x→1                              0.0030 s
          ┊ │ │ │ │ ┌ ┊  6  p6 · n6  r x→1                              0.0030 s
          ┊ │ │ │ │ │ ┌  7  p7 · n7  r x→1                              0.0030 s
          ┊ └ └ └ └ └ └
      "
    `);
  });

  test("leaves out of a large witness what contradicts nothing", () => {
    const many = Array.from({ length: 30 }, (_, i) => write(1, i, i * 2 + 1, i * 2 + 2));
    const text = diagramOf(
      [...many, read(2, 3, 90, 91)],
      [edge(29, 30, "had ended"), edge(30, 29, "read 3")],
    );
    expect(text).toContain("30 w x=29");
    expect(text).toContain("31 r x→3");
    expect(text).toContain("and 19 more operations");
    expect(text).toContain("So 30 → 31 → 30");
  });

  test("keeps to 80 columns and to itself, whatever the values", () => {
    const hostile = "\u001b[2J\u202e數據".repeat(40);
    const operations = [1, 2, 3, 4, 5].map((process) => ({
      ...write(process, 0, process, process + 3),
      key: hostile,
      value: hostile,
      node: hostile,
    }));
    for (const ascii of [false, true]) {
      const text = diagramOf(operations, [edge(0, 4, hostile)], { ascii });
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      for (const line of text.split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(80);
    }
  });

  test("paints through the function given, without shifting a column", () => {
    const painted = diagramOf(STALE, WHY, { paint: (style, text) => `<${style}>${text}</${style}>` });
    expect(painted).toContain("<bad>● 4 r x→1</bad>");
    expect(painted.replaceAll(/<\/?(?:bad|dim|strong)>/g, "")).toBe(diagramOf(STALE, WHY));
  });
});
