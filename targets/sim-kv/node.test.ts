import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { SECOND } from "#core/units";
import { SimDisk } from "../../harness/cluster/sim/disk.ts";
import { SimKvNode } from "./node.ts";
import { optionsSchema } from "./options.ts";
import type {
  Append as AnyAppend,
  Entry as AnyEntry,
} from "../eventual/replication/single-leader/messages.ts";
import { OneNode } from "../eventual/replication/single-leader/testing/one-node.ts";
import type { Command, PeerMessage } from "./protocol.ts";

type Append = AnyAppend<Command>;
type Entry = AnyEntry<Command>;

class Bench extends OneNode<PeerMessage> {
  readonly disk: SimDisk;
  readonly #options: Record<string, unknown>;
  #node: SimKvNode;

  constructor(options: Record<string, unknown>, disk = new SimDisk()) {
    super();
    this.disk = disk;
    this.#options = options;
    this.#node = this.#create();
  }

  restart(): void {
    this.#node = this.#create();
  }

  override receive(from: string, message: PeerMessage): void {
    this.#node.onMessage(from, message);
  }

  request(request: Json): Json[] {
    const replies: Json[] = [];
    this.#node.onRequest(request, (reply) => replies.push(reply));
    return replies;
  }

  #create(): SimKvNode {
    return new SimKvNode(this.start(this.disk, 1), optionsSchema.parse(this.#options));
  }
}

const write = (value: number): Command => ({ kind: "write", key: "x", value });
const entry = (term: number, value: number): Entry => ({ term, command: write(value) });
const append = (message: Partial<Append> & { term: number }): Append => ({
  type: "append",
  prevIndex: 0,
  prevTerm: 0,
  entries: [],
  commit: 0,
  ...message,
});
const READ = { op: "read", key: "x", object: "register", from: "node" } as const;

describe("votes", () => {
  const ask = (term: number, lastIndex = 0, lastTerm = 0): PeerMessage => ({
    type: "vote",
    term,
    lastIndex,
    lastTerm,
  });
  const granted = (bench: Bench): boolean[] => bench.take("vote-reply").map((reply) => reply.granted);

  test("one candidate per term, whatever crashes", () => {
    const bench = new Bench({});
    bench.receive("n2", ask(1));
    bench.receive("n3", ask(1));
    expect(granted(bench)).toEqual([true, false]);
    bench.restart();
    bench.receive("n3", ask(1));
    bench.receive("n2", ask(1));
    expect(granted(bench)).toEqual([false, true]);
  });

  test("not for a candidate whose log ends earlier", () => {
    const bench = new Bench({});
    bench.receive("n2", append({ term: 3, entries: [entry(2, 1), entry(3, 2)] }));
    bench.receive("n3", ask(11, 9, 2));
    bench.receive("n3", ask(12, 1, 3));
    bench.receive("n3", ask(13, 2, 3));
    expect(granted(bench)).toEqual([false, false, true]);
  });

  test("nobody who hears a leader is ready to replace it, and no term changes by being asked", () => {
    const bench = new Bench({});
    const asked: PeerMessage = { type: "pre-vote", term: 2, lastIndex: 5, lastTerm: 1 };
    bench.receive("n2", append({ term: 1 }));
    bench.receive("n3", asked);
    bench.wait(1.1 * SECOND);
    bench.receive("n3", asked);
    expect(bench.take("pre-vote-reply")).toMatchObject([
      { granted: false, term: 1 },
      { granted: true, term: 2 },
    ]);
    expect(bench.request({ op: "status" })).toMatchObject([{ term: 1 }]);
  });

  test("a candidate that hears of a later term stands for the one after it", () => {
    const bench = new Bench({});
    bench.wait(2 * SECOND);
    expect(bench.take("pre-vote")).toMatchObject([{ term: 1 }, { term: 1 }]);
    bench.receive("n2", { type: "pre-vote-reply", term: 7, granted: false });
    bench.wait(2 * SECOND);
    expect(bench.take("pre-vote")).toMatchObject([{ term: 8 }, { term: 8 }]);
  });
});

describe("majority", () => {
  const options = { replication: "majority", readFrom: "primary" };

  test("a follower applies no entry that the leader did not name or that may be another leader's", () => {
    const bench = new Bench(options);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    expect(bench.request(READ)).toEqual([{ value: null }]);
    bench.receive("n3", append({ term: 2, commit: 1 }));
    expect(bench.request(READ)).toEqual([{ value: null }]);
    bench.receive("n3", append({ term: 2, entries: [entry(2, 2)], commit: 1 }));
    expect(bench.request(READ)).toEqual([{ value: 2 }]);
  });

  test("entries of earlier terms are committed only together with one of the leader's own", () => {
    const bench = new Bench(options);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    const term = bench.elect();
    const accept = (index: number): void =>
      bench.receive("n3", {
        type: "append-reply",
        term,
        accepted: true,
        index,
        indexTerm: index === 1 ? 1 : term,
      });
    accept(1);
    expect(bench.request(READ)).toEqual([{ value: null }]);
    accept(2);
    expect(bench.request(READ)).toEqual([{ value: 1 }]);
  });

  test("a new leader answers reads once it knows what its predecessors committed and still leads", () => {
    const bench = new Bench(options);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    const term = bench.elect();
    bench.take("confirm");
    const replies = bench.request({ ...READ, from: "leader" });
    const [question] = bench.take("confirm");
    bench.receive("n3", { type: "confirm-reply", term, round: (question?.round ?? 0) - 1 });
    bench.receive("n3", { type: "append-reply", term, accepted: true, index: 2, indexTerm: term });
    expect(replies).toEqual([]);
    bench.receive("n3", { type: "confirm-reply", term, round: question?.round ?? 0 });
    expect(replies).toEqual([{ value: 1 }]);

    const later = bench.request({ ...READ, from: "leader" });
    bench.receive("n3", { type: "confirm-reply", term, round: question?.round ?? 0 });
    expect(later).toEqual([]);
    bench.receive("n2", append({ term: term + 1 }));
    expect(later).toMatchObject([{ error: "not-leader", leader: null }]);
  });

  test("confirmed before its first entry is applied, a leader still waits with the answer", () => {
    const bench = new Bench(options);
    bench.receive("n2", append({ term: 1, entries: [entry(1, 1)] }));
    const term = bench.elect();
    const replies = bench.request({ ...READ, from: "leader" });
    bench.receive("n3", { type: "confirm-reply", term, round: 1 });
    expect(replies).toEqual([]);
    bench.receive("n3", { type: "append-reply", term, accepted: true, index: 2, indexTerm: term });
    expect(replies).toEqual([{ value: 1 }]);
  });

  test("a write is acknowledged by the second node, and of unknown outcome once leadership is lost", () => {
    const bench = new Bench(options);
    const term = bench.elect();
    const first = bench.request({ op: "write", key: "x", value: 1 });
    const second = bench.request({ op: "write", key: "x", value: 2 });
    bench.receive("n2", { type: "append-reply", term, accepted: true, index: 2, indexTerm: term });
    expect([first, second]).toEqual([[{ value: null }], []]);
    bench.receive("n3", append({ term: term + 1 }));
    expect(second).toMatchObject([{ error: "no-quorum" }]);
    expect(bench.request({ op: "write", key: "x", value: 3 })).toMatchObject([
      { error: "not-leader", leader: "n3" },
    ]);
  });
});

describe("async", () => {
  test("a leader acknowledges at once, and its writes are undone by the next leader", () => {
    const bench = new Bench({});
    const term = bench.elect();
    expect(bench.request({ op: "write", key: "x", value: 1 })).toEqual([{ value: null }]);
    expect(bench.request(READ)).toEqual([{ value: 1 }]);
    bench.receive("n3", append({ term: term + 1, entries: [{ term: term + 1, command: { kind: "none" } }] }));
    expect(bench.request(READ)).toEqual([{ value: null }]);
  });

  test("what was written is there after a crash", () => {
    const bench = new Bench({});
    bench.elect();
    bench.request({ op: "write", key: "x", value: 1 });
    bench.request({ op: "add", key: "s", element: "a" });
    bench.restart();
    expect(bench.request(READ)).toEqual([{ value: 1 }]);
    expect(bench.request({ ...READ, key: "s", object: "set" })).toEqual([{ value: ["a"] }]);
  });

  test("new entries leave after the replication lag", () => {
    const bench = new Bench({ replicationLag: 70 });
    const term = bench.elect();
    for (const peer of ["n2", "n3"]) {
      bench.receive(peer, { type: "append-reply", term, accepted: true, index: 1, indexTerm: term });
    }
    bench.take("append");
    bench.request({ op: "write", key: "x", value: 1 });
    bench.wait(0.069 * SECOND);
    expect(bench.take("append").flatMap(({ entries }) => entries)).toEqual([]);
    bench.wait(0.001 * SECOND);
    expect(bench.take("append").map(({ entries }) => entries.length)).toEqual([1, 1]);
  });
});
