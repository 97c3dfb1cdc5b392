/** What a person reads on the terminal of some golden histories: the whole way from a file to a diagram. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { readHistory } from "../harness/history/read-history.ts";
import { renderText } from "../reports/text.ts";

/** The part of the terminal's text about the anomalies that break one model. */
async function toldOf(file: string, model: Model): Promise<string> {
  const history = await readHistory(join(import.meta.dirname, "golden", file));
  const verdict = judgeHistory(history, { expectations: undefined });
  const anomalies = verdict.anomalies.filter((anomaly) => anomaly.model === model).slice(0, 1);
  const text = renderText({ ...verdict, anomalies, models: {}, results: [], expectations: [] }, undefined, {
    history,
  });
  const sections = text.split("\n\n");
  return `\n${sections.slice(1, -1).join("\n\n")}\n`;
}

test("a read that forgot what its session had seen", async () => {
  expect(
    await toldOf(
      "monotonic-reads/invalid/unacknowledged-but-read-before-the-next-write.jsonl",
      "monotonic-reads",
    ),
  ).toMatchInlineSnapshot(`
    "
      Causes
        ✗ design flaw        1 answer that is not linearizable on n2 without any
                             fault on record, never read again, breaking
                             linearizable
        ✗ design flaw        1 stale read on n2 without any fault on record, never
                             read again, breaking linearizable
        ✗ design flaw        1 read that went back on n2 without any fault on
                             record, never read again, breaking linearizable

      Read went back in time × 1
        session s2 read x = 1 from n2 at 9.00 ms although it had read the newer 2
        from n1 1.00 ms before

        s0 · n1      s0 · n1    s1 · n1    s2
        ┌ 1 w x=1 ?  ┊          ● 2 r x→1  ┊              0.0010 s
        ╎            ● 3 w x=2  ┊          ┊              0.0050 s
        ╎            ┊          ┊          ● 4 r x→2 @n1  0.0070 s
        ╎            ┊          ┊          ● 5 r x→1 @n2  0.0090 s

        what has to come before what, and why (→ comes before):
        a   3 → 4  session s2 read x = 2 from n1, which session s0 had written
        b   4 → 5  session s2 itself did one after the other
        c   1 → 5  session s2 read x = 1 from n2, which session s0 had written
        d   1 → 3  2 replaced 1: x has one writer, who wrote them in this order
        e   5 → 3  session s2 read x = 1 from n2: session s0's write of x = 2, which
                   replaced that, had not been made yet (c, d)
        So 3 → 4 → 5 → 3: round in a circle, which no order can do.
    "
  `);
});

test("an effect without its cause", async () => {
  expect(await toldOf("causal/invalid/reply-before-its-post.jsonl", "causal")).toMatchInlineSnapshot(`
    "
      Causes
        ✗ design flaw        1 answer that is not linearizable on n2 without any
                             fault on record, never read again, breaking
                             linearizable
        ✗ design flaw        1 stale read on n2 without any fault on record, never
                             read again, breaking linearizable
        ✗ design flaw        1 answer that is not sequential on n2 without any fault
                             on record, never read again, breaking linearizable
        ✗ design flaw        1 effect without its cause on n2 without any fault on
                             record, never read again, breaking linearizable
        ✗ design flaw        1 read without a causal view on n2 without any fault on
                             record, never read again, breaking linearizable

      Effect without its cause × 1
        session s2 read x = null from n2 at 9.00 ms although the write of x = 1 was
        among its causes: session s0 wrote x = 1 to n1; session s1 read x = 1 from
        n1, then wrote y = 2 to n1; session s2 read y = 2 from n2, then read x =
        null from n2

        s0 · n1    s1 · n1    s2 · n2
        ● 1 w x=1  ┊          ┊             0.0010 s
        ┊          ● 2 r x→1  ┊             0.0030 s
        ┊          ● 3 w y=2  ┊             0.0050 s
        ┊          ┊          ● 4 r y→2     0.0070 s
        ┊          ┊          ● 5 r x→null  0.0090 s

        what has to come before what, and why (→ comes before):
        a   1 → 2  session s1 read x = 1 from n1, which session s0 had written
        b   2 → 3  session s1 itself did one after the other
        c   3 → 4  session s2 read y = 2 from n2, which session s1 had written
        d   4 → 5  session s2 itself did one after the other
        e   5 → 1  session s2 read x = null from n2, as it was at first: session
                   s0's write of x = 1 had not been made yet
        So 1 → 2 → 3 → 4 → 5 → 1: round in a circle, which no order can do.
    "
  `);
});

test("a session to whom two writes came in turns", async () => {
  expect(
    await toldOf("causal-memory/invalid/reads-flip-between-concurrent-writes.jsonl", "causal-memory"),
  ).toMatchInlineSnapshot(`
    "
      Causes
        ✗ design flaw        1 answer that is not linearizable on n3 without any
                             fault on record, never read again, breaking
                             linearizable
        ✗ design flaw        1 answer that is not sequential on n3 without any fault
                             on record, never read again, breaking linearizable
        ✗ design flaw        1 conflict of orders on n3 without any fault on record,
                             never read again, breaking linearizable
        ✗ design flaw        1 read without a causal view on n3 without any fault on
                             record, never read again, breaking linearizable
        ✗ design flaw        1 client's writes seen out of order on n3 without any
                             fault on record, never read again, breaking
                             linearizable
        ✗ design flaw        1 read that went back on n3 without any fault on
                             record, never read again, breaking linearizable

      No causal view × 1
        no order of all writes that respects their causes explains what session s2
        read: session s0 wrote x = 1 to n1; session s1 wrote x = 2 to n2; session s2
        read x = 1 from n3, then read x = 2 from n3, then read x = 1 from n3

        s0 · n1    s1 · n2    s2 · n3
        ● 1 w x=1  ● 2 w x=2  ┊          0.0010 s
        ┊          ┊          ● 3 r x→1  0.0030 s
        ┊          ┊          ● 4 r x→2  0.0050 s
        ┊          ┊          ● 5 r x→1  0.0070 s

        what has to come before what, and why (→ comes before):
        a   1 → 3  session s2 read x = 1 from n3, which session s0 had written
        b   3 → 4  session s2 itself did one after the other
        c   2 → 4  session s2 read x = 2 from n3, which session s1 had written
        d   1 → 2  session s0's write of x = 1 came before session s2 read x = 2, so
                   2 was written after it (a, b, c)
        e   4 → 5  session s2 itself did one after the other
        f   1 → 5  session s2 read x = 1 from n3, which session s0 had written
        g   2 → 1  session s1's write of x = 2 came before session s2 read x = 1, so
                   1 was written after it (c, e, f)
        So 1 → 2 → 1: round in a circle, which no order can do.
    "
  `);
});

test("an element that is on no node", async () => {
  expect(
    await toldOf("no-lost-writes/invalid/set-element-on-no-node.jsonl", "no-lost-writes"),
  ).toMatchInlineSnapshot(`
    "
      Causes
        ✗ design flaw        1 lost element on n1 without any fault on record, gone
                             from every node, breaking no-lost-writes

      Lost element × 1
        element 2 of x, acknowledged to session s0 by n1 at 4.00 ms, is on no node
        at the end (n1, n2, n3)

        s0 · n1      s1 · n1      s1 · n2      s1 · n3
        ● 1 add x 2  ┊            ┊            ┊            0.0030 s
        ┊            ● 2 r x→[1]  ● 3 r x→[1]  ● 4 r x→[1]  0.0900 s

        what has to come before what, and why (→ comes before):
        a   1 → 2  had ended 86.0 ms before the other began
        b   2 → 1  what session s1 read from n1 lacks 2: as if before session s0
                   added it
        c   3 → 1  what session s1 read from n2 lacks 2: as if before session s0
                   added it
        d   4 → 1  what session s1 read from n3 lacks 2: as if before session s0
                   added it
        So 1 → 2 → 1: round in a circle, which no order can do.
    "
  `);
});

test("a queue that lets one overtake another", async () => {
  expect(await toldOf("linearizable/invalid/queue-overtaken.jsonl", "linearizable")).toMatchInlineSnapshot(`
    "
      Causes
        ✗ design flaw        1 answer that is not linearizable on n2 without any
                             fault on record, which waiting does not resolve,
                             breaking linearizable

      Not linearizable × 1
        session s0's enqueue of 1 to n1 came before session s0's enqueue of 2 to n1,
        but session s1's dequeue of 2 from n2 had ended before session s1's dequeue
        of 1 from n2 began

        s0 · n1      s1 · n2
        ● 1 enq x 1  ┊            0.0010 s
        ● 2 enq x 2  ┊            0.0030 s
        ┊            ● 3 deq x→2  0.0050 s
        ┊            ● 4 deq x→1  0.0070 s

        what has to come before what, and why (→ comes before):
        a   3 → 4  session s1 itself did one after the other
        b   1 → 2  session s0 itself did one after the other
        c   4 → 3  first in, first out: 1 had gone in before 2 (b)
        So 3 → 4 → 3: round in a circle, which no order can do.
    "
  `);
});
