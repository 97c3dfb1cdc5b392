import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { append, Bench, entry, none } from "./testing/bench.ts";

const SEMI = { replication: "semi-sync", requestTimeout: 600_000 } as const;
const ASYNC = { replication: "async-leader" } as const;
const SYNC = { replication: "sync-leader" } as const;

describe("nothing leaves before it is on disk", () => {
  test("no vote, no acknowledgement to the leader, no reply to a client", () => {
    const bench = new Bench(ASYNC);
    bench.disk.slow = true;
    bench.receive("n2", { type: "vote", term: 1, lastIndex: 0, lastTerm: 0 });
    expect(bench.take("vote-reply")).toEqual([]);
    bench.disk.finish();
    expect(bench.take("vote-reply")).toMatchObject([{ granted: true }]);

    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    const read = bench.read();
    expect([bench.take("append-reply"), read]).toEqual([[], []]);
    bench.disk.finish();
    expect(bench.take("append-reply")).toMatchObject([{ accepted: true, index: 1 }]);
    expect(read).toMatchObject([{ value: 1 }]);
  });

  test("a leader's own copy counts, and is shipped, once it is on its disk", () => {
    const bench = new Bench(SEMI);
    const term = bench.elect();
    bench.stored("n2", term, 1);
    bench.take("append");
    bench.disk.slow = true;
    const replies = bench.update("write", 1);
    expect(bench.take("append")).toEqual([]);
    bench.stored("n3", term, 2);
    expect(replies).toEqual([]);
    bench.disk.finish();
    expect(replies).toMatchObject([{ token: { term, index: 2 } }]);
  });

  test("an asynchronous leader's acknowledgement waits for its own disk alone", () => {
    const bench = new Bench(ASYNC);
    const term = bench.elect();
    bench.disk.slow = true;
    const replies = bench.update("write", 1);
    expect(replies).toEqual([]);
    bench.disk.finish();
    expect(replies).toMatchObject([{ token: { term, index: 2 } }]);
  });
});

test("what an earlier process wrote counts for nothing either before it is on disk", () => {
  const bench = new Bench(ASYNC);
  bench.disk.slow = true;
  bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
  bench.restart();
  bench.take("append-reply");
  const read = bench.read();
  bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
  expect([bench.take("append-reply"), read]).toEqual([[], []]);
  bench.disk.finish();
  expect(bench.take("append-reply")).toMatchObject([{ accepted: true, index: 1 }]);
  expect(read).toMatchObject([{ value: 1 }]);
});

test("with the bug of not waiting for the disk, all of it leaves at once", () => {
  const bench = new Bench(ASYNC, {}, false);
  bench.disk.slow = true;
  bench.receive("n2", { type: "vote", term: 1, lastIndex: 0, lastTerm: 0 });
  expect(bench.take("vote-reply")).toMatchObject([{ granted: true }]);
  bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
  expect(bench.take("append-reply")).toMatchObject([{ accepted: true }]);
});

describe("votes", () => {
  const ask = (lastIndex = 0): { type: "vote"; term: number; lastIndex: number; lastTerm: number } => ({
    type: "vote",
    term: 2,
    lastIndex,
    lastTerm: lastIndex === 0 ? 0 : 1,
  });
  const granted = (bench: Bench): boolean[] => bench.take("vote-reply").map((reply) => reply.granted);

  test.each([
    [{}, [true, false, false]],
    [{ rememberVotes: false }, [true, false, true]],
    [{ mayVote: () => true }, [true, true, true]],
  ] as const)("with %j: asked by two, then again after a restart", (rules, expected) => {
    const bench = new Bench(ASYNC, rules);
    bench.receive("n2", ask());
    bench.receive("n3", ask());
    bench.restart();
    bench.receive("n3", ask());
    expect(granted(bench)).toEqual(expected);
  });

  test.each([
    [{}, [false, true]],
    [{ compareLogs: false }, [true, true]],
  ] as const)("with %j: for a candidate whose log is behind, and for one whose is not", (rules, expected) => {
    const answers = [0, 1].flatMap((lastIndex) => {
      const bench = new Bench(ASYNC, rules);
      bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
      bench.receive("n3", ask(lastIndex));
      return granted(bench);
    });
    expect(answers).toEqual(expected);
  });

  test("a log that outlived the vote tells the term", () => {
    const bench = new Bench(ASYNC);
    bench.receive("n2", append({ term: 3, entries: [entry(3, 1)] }));
    bench.disk.remove("vote");
    bench.restart();
    expect(bench.status().term).toBe(3);
  });
});

describe("async-leader", () => {
  test("what a deposed leader acknowledged is cut off, and its readers' tokens are worth nothing", () => {
    const bench = new Bench(ASYNC);
    const term = bench.elect();
    const [written] = bench.update("write", 1);
    bench.receive("n3", append({ term: term + 1, entries: [none(term + 1)] }));
    expect(bench.read()).toMatchObject([{ value: null }]);
    const after = (written as { token: { term: number; index: number } }).token;
    bench.receive(
      "n3",
      append({ term: term + 1, prevIndex: 1, prevTerm: term + 1, entries: [entry(term + 1, 9)] }),
    );
    expect(bench.read({ after })).toMatchObject([{ error: "unavailable" }]);
    expect(bench.read()).toMatchObject([{ value: 9, token: { term: term + 1, index: 2 } }]);
  });

  test("after a restart everything is there at once", () => {
    const bench = new Bench(ASYNC);
    bench.elect();
    bench.update("write", 1);
    bench.update("increment", 2, { key: "c" });
    bench.restart();
    expect(bench.read()).toMatchObject([{ value: 1 }]);
    expect(bench.read({ key: "c", object: "counter" })).toMatchObject([{ value: 2 }]);
  });
});

describe("semi-sync", () => {
  test("a follower applies what it hears to be committed, and nothing that may be another leader's", () => {
    const bench = new Bench(SEMI);
    bench.receive("n2", append({ term: 1, entries: [none(1)], commit: 1 }));
    bench.caughtUp(1, 1);
    bench.receive("n2", append({ term: 1, prevIndex: 1, prevTerm: 1, entries: [entry(1, 1)], commit: 1 }));
    expect(bench.read({ local: true })).toMatchObject([{ value: null, token: { term: 1, index: 1 } }]);
    bench.receive("n3", append({ term: 2, prevIndex: 1, prevTerm: 1, commit: 2 }));
    expect(bench.read()).toMatchObject([{ value: null }]);
    bench.receive("n3", append({ term: 2, prevIndex: 1, prevTerm: 1, entries: [entry(2, 2)], commit: 2 }));
    expect(bench.read()).toMatchObject([{ value: 2 }]);
  });

  test("after a start a node answers no read before it has applied what the leader says is committed now", () => {
    const bench = new Bench(SEMI);
    bench.receive("n2", append({ term: 1, entries: [none(1), entry(1, 1), entry(1, 2)], commit: 3 }));
    bench.caughtUp(1, 3);
    expect(bench.read()).toMatchObject([{ value: 2 }]);
    const [old] = bench.take("catch-up");
    expect(old).toBeUndefined();
    bench.restart();
    const late = append({ term: 1, prevIndex: 3, prevTerm: 1, commit: 2 });
    bench.receive("n2", late);
    expect(bench.read()).toMatchObject([{ error: "unavailable" }]);
    expect(bench.status().missing).not.toBeNull();
    bench.receive("n2", { type: "catch-up-reply", term: 1, number: 1, index: 2 });
    expect(bench.read()).toMatchObject([{ error: "unavailable" }]);
    bench.caughtUp(1, 3);
    expect(bench.read()).toMatchObject([{ error: "unavailable" }]);
    bench.receive("n2", append({ term: 1, prevIndex: 3, prevTerm: 1, commit: 3 }));
    expect(bench.read()).toMatchObject([{ value: 2 }]);
    expect(bench.status().missing).toBeNull();
  });

  test("a leader tells nobody what is committed before its first entry is", () => {
    const bench = new Bench(SEMI);
    const term = bench.elect();
    const ask = { type: "catch-up", term, number: 5, index: 0 } as const;
    bench.receive("n3", ask);
    expect(bench.take("catch-up-reply")).toEqual([]);
    bench.stored("n2", term, 1);
    bench.receive("n3", ask);
    expect(bench.take("catch-up-reply")).toMatchObject([{ number: 5, index: 1 }]);
  });

  test("reads of the leader wait until it still leads; others refuse and say who leads", () => {
    const bench = new Bench(SEMI);
    const term = bench.elect();
    bench.stored("n2", term, 1);
    bench.take("confirm");
    const replies = bench.read({ local: false });
    const [question] = bench.take("confirm");
    expect(replies).toEqual([]);
    bench.receive("n3", { type: "confirm-reply", term, round: question?.round ?? 0 });
    expect(replies).toMatchObject([{ value: null }]);
    bench.receive("n3", append({ term: term + 1, prevIndex: 1, prevTerm: term }));
    const refusal = [{ error: "not-leader", leader: "n3" }];
    expect(bench.read({ local: false })).toMatchObject(refusal);
    expect(bench.read({ level: "strong" })).toMatchObject(refusal);
    expect(bench.update("write", 3)).toMatchObject(refusal);
  });

  test.each([
    [true, null],
    [false, 1],
  ])(
    "entries of earlier terms are committed only together with one of the leader's own: %s",
    (own, value) => {
      const bench = new Bench(SEMI, { countOwnTermOnly: own, awaitCatchUp: false });
      bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
      const term = bench.elect();
      bench.receive("n3", { type: "append-reply", term, accepted: true, index: 1, indexTerm: 1, applied: 0 });
      expect(bench.read()).toMatchObject([{ value }]);
      bench.stored("n3", term, 2, 0);
      expect(bench.read()).toMatchObject([{ value: 1 }]);
    },
  );

  test("of updates under way when leadership is lost, or time is up, nobody knows the outcome", () => {
    const bench = new Bench({ ...SEMI, requestTimeout: 300 });
    const term = bench.elect();
    bench.stored("n2", term, 1);
    const late = bench.update("write", 1);
    bench.wait(0.3 * SECOND);
    const lost = bench.update("write", 2);
    bench.receive("n3", append({ term: term + 1 }));
    expect([late, lost]).toMatchObject([[{ error: "no-quorum" }], [{ error: "no-quorum" }]]);
  });

  test("conditional writes tell whether they took place", () => {
    const bench = new Bench(SEMI);
    const term = bench.elect();
    const replies = [bench.update("cas", [null, 1]), bench.update("cas", [null, 2])];
    bench.stored("n2", term, 3);
    expect(replies).toMatchObject([[{ result: true }], [{ result: false }]]);
  });

  test("a request that is sent again is carried out once and answered as it was", () => {
    for (const [deduplicate, value] of [
      [true, 5],
      [false, 10],
    ] as const) {
      const bench = new Bench(SEMI, { deduplicate });
      const term = bench.elect();
      bench.update("increment", 5, { id: "c1/1" });
      const again = bench.update("increment", 5, { id: "c1/1" });
      bench.stored("n2", term, 3);
      expect(again).toMatchObject([{ token: { term, index: 3 } }]);
      expect(bench.read({ object: "counter" })).toMatchObject([{ value }]);
    }
  });

  test("what a type refuses is refused, and changes nothing on any node", () => {
    const bench = new Bench(SEMI);
    const term = bench.elect();
    expect(bench.update("write", 1, { object: "queue" })).toMatchObject([{ error: "rejected" }]);
    bench.update("write", 1);
    const replies = bench.update("increment", 1);
    const wrong = bench.update("write", 1, { action: { f: "push", value: 1 } });
    bench.stored("n2", term, 4);
    expect([replies, wrong]).toMatchObject([[{ error: "rejected" }], [{ error: "rejected" }]]);
    expect(bench.read()).toMatchObject([{ value: 1, version: term * 2 ** 32 + 2 }]);
  });
});

describe("sessions", () => {
  test("a follower waits until it has applied what the session saw, or says that it did not in time", () => {
    const bench = new Bench({ ...SEMI, requestTimeout: 300 });
    bench.receive("n2", append({ term: 1, entries: [none(1)], commit: 1 }));
    bench.caughtUp(1, 1);
    const after = { term: 1, index: 2 };
    const early = bench.read({ after });
    bench.wait(0.3 * SECOND);
    expect(early).toMatchObject([{ error: "unavailable" }]);
    const replies = bench.read({ after });
    bench.receive("n2", append({ term: 1, prevIndex: 1, prevTerm: 1, entries: [entry(1, 7)], commit: 1 }));
    expect(replies).toEqual([]);
    bench.receive("n2", append({ term: 1, prevIndex: 2, prevTerm: 1, commit: 2 }));
    expect(replies).toMatchObject([{ value: 7, token: after }]);
  });

  test("a node whose entry there is of an earlier term may still get the session's, and waits", () => {
    const bench = new Bench(ASYNC);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    const replies = bench.read({ after: { term: 2, index: 1 } });
    expect(replies).toEqual([]);
    bench.receive("n3", append({ term: 2, entries: [entry(2, 2)] }));
    expect(replies).toMatchObject([{ value: 2 }]);
  });

  test("a node that hears no leader says that it may be behind", () => {
    const bench = new Bench(ASYNC);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    expect(bench.read()[0]).not.toHaveProperty("stale");
    bench.wait(1.1 * SECOND);
    expect(bench.read()).toMatchObject([{ stale: true }]);
    const leader = new Bench(ASYNC);
    leader.elect();
    expect(leader.read()[0]).not.toHaveProperty("stale");
    leader.wait(1.1 * SECOND);
    expect(leader.read()).toMatchObject([{ stale: true }]);
  });
});

describe("sync-leader", () => {
  test("acknowledged once every node has applied it, shown once most have it", () => {
    const bench = new Bench(SYNC);
    const term = bench.elect();
    bench.stored("n2", term, 1);
    bench.stored("n3", term, 1);
    const replies = bench.update("write", 1);
    bench.stored("n2", term, 2, 1);
    expect([replies, bench.read()]).toMatchObject([[], [{ value: 1 }]]);
    bench.stored("n3", term, 2, 1);
    bench.stored("n2", term, 2);
    expect(replies).toEqual([]);
    bench.stored("n3", term, 2);
    expect(replies).toMatchObject([{ token: { term, index: 2 } }]);
  });

  test("followers hear of a commit at once, not with the next heartbeat", () => {
    const bench = new Bench(SYNC);
    const term = bench.elect();
    bench.stored("n2", term, 1);
    bench.stored("n3", term, 1);
    bench.update("write", 1);
    bench.take("append");
    bench.stored("n2", term, 2, 1);
    bench.stored("n3", term, 2, 1);
    expect(bench.take("append")).toMatchObject([
      { commit: 2, entries: [] },
      { commit: 2, entries: [] },
    ]);
  });

  test("no update is taken while a node is silent", () => {
    const bench = new Bench(SYNC);
    const term = bench.elect();
    bench.stored("n2", term, 1);
    bench.wait(0.9 * SECOND);
    bench.stored("n2", term, 1);
    bench.wait(0.2 * SECOND);
    expect(bench.update("write", 1)).toEqual([
      { error: "unavailable", reason: "every node must have an update, and n3 is silent" },
    ]);
    bench.stored("n3", term, 1);
    const replies = bench.update("write", 1);
    bench.wait(0.6 * SECOND);
    expect(replies).toMatchObject([{ error: "no-quorum" }]);
  });
});
