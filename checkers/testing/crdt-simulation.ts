import type { Json } from "#core/json";
import type { Crdt } from "#core/operation";
import { Random } from "#core/random";
import type { Replica } from "./crdt-replicas.ts";
import type { Operation } from "./operations.ts";

const NODES = 3;
const OPERATIONS = 24;
/** Shares of 100. */
const READS = 30;
const INDEFINITE = 6;
const FAILING = 4;

type Draft = { -readonly [K in keyof Operation]: Operation[K] };

interface Agenda {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A run of replicas that send each other their state at random, delayed and out of order; each session stays with one node.
 * After the last operation everybody hears from everybody, until nothing changes, and every node is read.
 */
export function simulate(crdt: Crdt, replica: Replica<unknown>, seed: number): Operation[] {
  const random = new Random(`${crdt}/${seed}`);
  const states = Array.from({ length: NODES }, () => replica.start());
  const drafts: Draft[] = [];
  const agenda: Agenda[] = [];
  const free = Array.from({ length: NODES * 2 }, () => 0);
  for (let i = 0; i < OPERATIONS; i++) {
    const session = below(random, free.length);
    const node = session % NODES;
    const inv = free[session]! + 1 + 2 * below(random, 12);
    const ret = inv + 1 + 2 * below(random, 6);
    free[session] = ret;
    agenda.push({
      at: inv,
      run: () => {
        const asked = ask(crdt, random, i, replica.read(states[node]));
        const isRead = asked.f === "read";
        const drawn = below(random, 100);
        const status = isRead || drawn >= INDEFINITE + FAILING ? "ok" : drawn < INDEFINITE ? "info" : "fail";
        const draft: Draft = { session, key: "x", ...asked, inv, ret, status, node: `n${node + 1}` };
        if (status === "info") draft.ret = Number.POSITIVE_INFINITY;
        drafts.push(draft);
        const isDone = status === "ok" || (status === "info" && below(random, 2) === 0);
        if (!isDone) return;
        agenda.push({ at: inv + 1 + random.float() * (ret - inv - 1), run: () => perform(draft, node) });
      },
    });
  }
  const perform = (draft: Draft, node: number): void => {
    const state = states[node];
    if (draft.f === "read") draft.value = replica.read(state);
    else if (!replica.update(state, node, draft)) draft.result = false;
    if (replica.version !== undefined) draft.version = replica.version(state);
  };
  const end = Math.max(...free) + 1;
  for (let time = 0; time < end; time += 1 + below(random, 6)) {
    const [from, to] = [below(random, NODES), below(random, NODES)];
    agenda.push({
      at: time,
      run: () => {
        const sent = structuredClone(states[from]);
        agenda.push({ at: time + random.float() * 20, run: () => replica.merge(states[to], sent) });
      },
    });
  }
  for (let next = takeFirst(agenda); next !== undefined; next = takeFirst(agenda)) next.run();
  for (let round = 0; round < NODES; round++) {
    for (const from of states) {
      for (const to of states) if (from !== to) replica.merge(to, structuredClone(from));
    }
  }
  return [...drafts, ...states.map((state, node) => lastRead(replica.read(state), node, end + 40))];
}

const below = (random: Random, most: number): number => Math.floor(random.float() * most);

function takeFirst(agenda: Agenda[]): Agenda | undefined {
  const first = agenda.reduce<Agenda | undefined>(
    (best, one) => (best === undefined || one.at < best.at ? one : best),
    undefined,
  );
  if (first !== undefined) agenda.splice(agenda.indexOf(first), 1);
  return first;
}

const lastRead = (value: Json, node: number, end: number): Operation => ({
  session: 100 + node,
  f: "read",
  key: "x",
  value,
  inv: end + node * 2,
  ret: end + node * 2 + 1,
  status: "ok",
  node: `n${node + 1}`,
  final: true,
});

function ask(crdt: Crdt, random: Random, i: number, shown: Json): Pick<Operation, "f" | "value"> {
  if (below(random, 100) < READS) return { f: "read", value: null };
  const removes = below(random, 100) < 35;
  switch (crdt) {
    case "g-counter":
      return { f: "increment", value: 1 + below(random, 3) };
    case "pn-counter":
      return { f: "increment", value: [1, 2, -1, 3, -2][below(random, 5)]! };
    case "g-set":
      return { f: "add", value: i };
    case "2p-set":
    case "or-set":
      return { f: removes ? "remove" : "add", value: below(random, 4) };
    case "lww":
      return { f: "write", value: i + 1 };
    case "rga": {
      const chars = shown as readonly { readonly id: Json }[];
      const at = below(random, chars.length + 1) - 1;
      const id = chars[at]?.id ?? null;
      if (removes && id !== null) return { f: "erase", value: { id } };
      return {
        f: "insert",
        value: { id: i, after: below(random, 3) === 0 ? null : id, char: String.fromCharCode(97 + i) },
      };
    }
  }
}
