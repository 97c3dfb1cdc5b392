import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { SECOND } from "#core/units";
import { FANOUT, placeOf } from "../anti-entropy/merkle.ts";
import type { EventualOptions } from "../options.ts";
import { TinyCluster } from "../testing/cluster.ts";
import type { BugName } from "./names.ts";

type Story = (cluster: TinyCluster) => Json;

/** Tells a story without the bug and with it: they must end differently, and as they should. */
const ends = (
  options: Partial<EventualOptions>,
  bug: BugName,
  story: Story,
): readonly [right: Json, wrong: Json] => [
  story(new TinyCluster({ ...options, bug: "none" })),
  story(new TinyCluster({ ...options, bug })),
];

const QUORUMS = { preset: "dynamo", gossip: 0, readRepair: false, hintedHandoff: false } as const;
const isRefused = (answer: object): boolean => "error" in answer;

/** n3 misses the second write, and is asked right after it came back. */
const readBehind: Story = (cluster) => {
  cluster.write("n1", 1);
  cluster.isolate("n3");
  cluster.write("n1", 2);
  cluster.join("n3");
  return cluster.read("n3");
};

/** n1 takes a write that reaches nobody. */
const writeAlone: Story = (cluster) => {
  cluster.isolate("n1");
  return isRefused(cluster.write("n1", 1));
};

describe("quorums", () => {
  test.each<[BugName, Story, Json, Json]>([
    ["first-answer-wins", readBehind, 2, 1],
    ["quorum-off-by-one", readBehind, 2, 1],
    ["own-copy-counted-twice", writeAlone, true, false],
    ["timeout-is-success", writeAlone, true, false],
  ])("%s", (bug, story, right, wrong) => {
    expect(ends(QUORUMS, bug, story)).toEqual([right, wrong]);
  });
});

/** n3 misses a write; n1 restarts or not; then n3 is back for long. */
const missedBy3 =
  (restarts: boolean): Story =>
  (cluster) => {
    cluster.isolate("n3");
    cluster.write("n1", 1);
    cluster.wait(SECOND);
    if (restarts) cluster.restart("n1");
    cluster.wait(SECOND);
    cluster.join("n3");
    cluster.wait(SECOND);
    return cluster.copies();
  };

describe("hinted handoff", () => {
  const HINTS = { ...QUORUMS, hintedHandoff: true };
  test.each<[BugName, boolean]>([
    ["hints-lost-on-crash", true],
    ["hints-forgotten-when-sent", false],
  ])("%s", (bug, restarts) => {
    expect(ends(HINTS, bug, missedBy3(restarts))).toEqual([
      [1, 1, 1],
      [1, 1, null],
    ]);
  });

  test("a node that dies while its write is under way forgets no replica", () => {
    const cluster = new TinyCluster(HINTS);
    cluster.isolate("n3");
    cluster.write("n1", 1);
    cluster.restart("n1");
    cluster.join("n3");
    cluster.wait(SECOND);
    expect(cluster.copies()).toEqual([1, 1, 1]);
  });
});

describe("gossip", () => {
  const GOSSIP = { ...QUORUMS, gossip: 100 };

  test("gossip-fills-gaps-only", () => {
    const story: Story = (cluster) => {
      cluster.write("n1", 1);
      cluster.wait(SECOND);
      cluster.isolate("n3");
      cluster.write("n1", 2);
      cluster.join("n3");
      cluster.wait(5 * SECOND);
      return cluster.copies();
    };
    expect(ends(GOSSIP, "gossip-fills-gaps-only", story)).toEqual([
      [2, 2, 2],
      [2, 2, 1],
    ]);
  });

  test("merkle-skips-branch", () => {
    const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
    const key = keys.find((one) => placeOf(one)[0] === FANOUT - 1)!;
    const story: Story = (cluster) => {
      cluster.isolate("n3");
      cluster.write("n1", 1, { key });
      cluster.join("n3");
      cluster.wait(5 * SECOND);
      return cluster.copies(key);
    };
    expect(ends(GOSSIP, "merkle-skips-branch", story)).toEqual([
      [1, 1, 1],
      [1, 1, null],
    ]);
  });
});

test("read-repair-resurrects", () => {
  const story: Story = (cluster) => {
    cluster.write("n1", 1);
    cluster.isolate("n3");
    cluster.write("n1", 2);
    cluster.join("n3");
    cluster.read("n3");
    cluster.wait(2 * SECOND);
    return cluster.copies();
  };
  const right = [2, 2, 2];
  expect(ends({ ...QUORUMS, readRepair: true }, "read-repair-resurrects", story)).toEqual([right, [1, 1, 1]]);
});

describe("several leaders", () => {
  const CAUSAL = { preset: "causal" } as const;

  test("never-sent-again", () => {
    const story: Story = (cluster) => {
      cluster.isolate("n3");
      cluster.write("n1", 1);
      cluster.wait(SECOND);
      cluster.join("n3");
      cluster.wait(SECOND);
      return cluster.copies();
    };
    expect(ends({ preset: "multi-leader" }, "never-sent-again", story)).toEqual([
      [1, 1, 1],
      [1, 1, null],
    ]);
  });

  test("token-of-one-node", () => {
    const story: Story = (cluster) => {
      cluster.isolate("n3");
      const written = cluster.write("n1", 1);
      return cluster.read("n3", { after: "token" in written ? written.token! : null });
    };
    expect(ends(CAUSAL, "token-of-one-node", story)).toEqual(["unavailable", null]);
  });

  test("counter-starts-again", () => {
    const story: Story = (cluster) => {
      cluster.write("n1", 1);
      cluster.wait(SECOND);
      cluster.restart("n1");
      cluster.write("n1", 2);
      cluster.wait(SECOND);
      return cluster.copies();
    };
    const options = { preset: "multi-leader", versioning: "vector", conflicts: "siblings" } as const;
    const [right, wrong] = ends(options, "counter-starts-again", story);
    expect(right).toEqual(Array.from({ length: 3 }, () => ({ siblings: [1, 2] })));
    expect(wrong).toEqual([1, 1, 1]);
  });
});
