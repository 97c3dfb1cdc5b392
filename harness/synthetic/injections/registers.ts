import type { Json } from "#core/json";
import {
  operationsOf,
  type RecordedEvent,
  type RecordedOperation,
  type Recording,
  valueOf,
} from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

/** Registers whose values are traced: nothing is written twice, and there are only reads and writes. */
interface Registers {
  readonly all: readonly RecordedOperation[];
  /** Successful, final ones left out. */
  readonly reads: readonly RecordedOperation[];
  /** Successful writes by key, in order of invocation. */
  readonly writes: ReadonlyMap<string, readonly RecordedOperation[]>;
}

function registersOf(recording: Recording): Registers {
  const all = operationsOf(recording);
  return {
    all,
    reads: all.filter((one) => one.f === "read" && isOk(one) && !one.isFinal),
    writes: Map.groupBy(
      all.filter((one) => one.f === "write" && isOk(one)),
      ({ key }) => key,
    ),
  };
}

const isTraced = (recording: Recording): boolean =>
  hasType(recording, "register") && recording.header.objects.every(({ uniqueWrites }) => uniqueWrites);

const isSingleWriter = (recording: Recording): boolean =>
  isTraced(recording) && recording.header.objects.every(({ order }) => order === "single-writer");

/** Makes a read return something else. */
function answer(read: RecordedOperation, value: Json): RecordedEvent[] {
  read.completion!.value = value;
  return [read.invocation];
}

type Chooser = (read: RecordedOperation, registers: Registers) => Json | undefined;

/** Falsifies one read, with a value that `choose` finds for it. */
const falsify =
  (choose: Chooser): Injection["inject"] =>
  (recording, random) => {
    const registers = registersOf(recording);
    return tryEach(registers.reads, random, (read) => {
      const value = choose(read, registers);
      return value === undefined ? undefined : answer(read, value);
    });
  };

/** Of a list in order of invocation, the last that will do. */
const lastOf = (
  operations: readonly RecordedOperation[],
  isRight: (operation: RecordedOperation) => boolean,
): RecordedOperation | undefined => operations.findLast(isRight);

/** The latest of the writes that had ended when an operation began. */
const latestBefore = (
  { writes }: Registers,
  key: string,
  later: RecordedOperation,
  isRight: (write: RecordedOperation) => boolean = () => true,
): RecordedOperation | undefined =>
  lastOf(writes.get(key) ?? [], (write) => precedes(write, later) && isRight(write));

/** A value that had been overwritten, for certain, before the read began. */
const overwritten: Chooser = (read, registers) => {
  const newer = latestBefore(registers, read.key, read);
  const older = newer && latestBefore(registers, read.key, newer);
  return older && valueOf(older);
};

/** What the session's own write had overwritten or, where the order of versions is not known, nothing at all. */
const withoutOwnWrite =
  (order: "known" | "unknown"): Chooser =>
  (read, registers) => {
    const isOwn = ({ session }: RecordedOperation): boolean => session === read.session;
    const own = latestBefore(registers, read.key, read, isOwn);
    if (own === undefined) return undefined;
    if (order === "unknown") return null;
    const older = latestBefore(registers, read.key, own);
    return older === undefined ? null : valueOf(older);
  };

/** A version older than one that the session had read. */
const behindEarlierRead =
  (order: "known" | "unknown"): Chooser =>
  (read, registers) => {
    const seen = registers.reads.findLast(
      (one) =>
        one.key === read.key && one.session === read.session && precedes(one, read) && valueOf(one) !== null,
    );
    if (seen === undefined) return undefined;
    if (order === "unknown") return null;
    const writer = registers.writes.get(read.key)?.find((write) => valueOf(write) === valueOf(seen));
    const older = writer && latestBefore(registers, read.key, writer);
    return older && valueOf(older);
  };

const nobodyWrote: Chooser = (read, registers) => {
  const some = valueOf(registers.writes.values().next().value![0]!);
  return typeof some === "string" ? `never written ${read.inv}` : -1 - read.inv;
};

const notYetWritten: Chooser = (read, { writes }) => {
  const later = writes.get(read.key)?.find((write) => precedes(read, write));
  return later && valueOf(later);
};

/** Makes a write that was read a failed one. */
const abort: Injection["inject"] = (recording, random) => {
  const { reads, writes, all } = registersOf(recording);
  return tryEach(reads, random, (read) => {
    const writer = writes.get(read.key)?.find((write) => valueOf(write) === valueOf(read));
    if (writer === undefined) return undefined;
    writer.completion!.type = "fail";
    const isReader = (one: RecordedOperation): boolean =>
      one.f === "read" && one.key === read.key && isOk(one) && valueOf(one) === valueOf(read);
    return all.filter(isReader).map(({ invocation }) => invocation);
  });
};

/** Writes of each key whose value every last read could have shown, and the final reads of the key. */
const finalReads = ({ all }: Registers, key: string): RecordedOperation[] =>
  all.filter((one) => one.isFinal && one.key === key && isOk(one));

/** All nodes show what had been overwritten by an acknowledged write. */
const loseWrite: Injection["inject"] = (recording, random) => {
  const registers = registersOf(recording);
  return tryEach([...registers.writes.keys()], random, (key) => {
    const finals = finalReads(registers, key);
    const [older, newer] = registers.writes.get(key)!.slice(-2);
    if (finals.length === 0 || older === undefined || newer === undefined) return undefined;
    return finals.flatMap((read) => answer(read, valueOf(older)));
  });
};

/** One node shows what had been overwritten, the others do not. */
const diverge: Injection["inject"] = (recording, random) => {
  const registers = registersOf(recording);
  return tryEach([...registers.writes.keys()], random, (key) => {
    const finals = finalReads(registers, key);
    const [older, newer] = registers.writes.get(key)!.slice(-2);
    const nodes = new Set(finals.map(nodeOf));
    if (nodes.size < 2 || older === undefined || newer === undefined) return undefined;
    if (!finals.every((read) => valueOf(read) === valueOf(newer))) return undefined;
    const node = random.pick([...nodes]);
    return finals.filter((read) => nodeOf(read) === node).flatMap((read) => answer(read, valueOf(older)));
  });
};

const nodeOf = ({ invocation, completion }: RecordedOperation): string | undefined =>
  completion?.node ?? invocation.node;

/** Two sessions each read what the other is only going to write because of what it read. */
const causeEffectFirst: Injection["inject"] = (recording, random) => {
  const registers = registersOf(recording);
  const pairs = registers.reads.flatMap((read) => {
    const write = nextWrite(registers, read);
    return write === undefined ? [] : [{ read, write }];
  });
  return tryEach(pairs, random, (a) =>
    tryEach(pairs, random, (b) => {
      const isApart = a.read.session !== b.read.session;
      if (!isApart || a.read.key !== b.write.key || b.read.key !== a.write.key) return undefined;
      return [...answer(a.read, valueOf(b.write)), ...answer(b.read, valueOf(a.write))];
    }),
  );
};

/** The next write of the session, of whatever key. */
function nextWrite(registers: Registers, read: RecordedOperation): RecordedOperation | undefined {
  for (const writes of registers.writes.values()) {
    const found = writes.find((write) => write.session === read.session && precedes(read, write));
    if (found !== undefined) return found;
  }
  return undefined;
}

const order = (recording: Recording): "known" | "unknown" =>
  isSingleWriter(recording) ? "known" : "unknown";
const byOrder =
  (chooser: (of: "known" | "unknown") => Chooser): Injection["inject"] =>
  (recording, random) =>
    falsify(chooser(order(recording)))(recording, random);

const overlookCause = falsify(behindEarlierRead("known"));

/** What sessions and keys of registers can show. */
export const registerInjections: readonly Injection[] = [
  { name: "stale read", types: ["stale-read"], applies: isTraced, inject: falsify(overwritten) },
  {
    name: "stale read, as no order of the operations",
    types: ["non-linearizable"],
    applies: isTraced,
    inject: falsify(overwritten),
  },
  {
    name: "own write not read",
    types: ["read-your-writes"],
    applies: isTraced,
    inject: byOrder(withoutOwnWrite),
  },
  {
    name: "reads going back",
    types: ["monotonic-reads"],
    applies: isTraced,
    inject: byOrder(behindEarlierRead),
  },
  { name: "thin-air read", types: ["thin-air-read"], applies: isTraced, inject: falsify(nobodyWrote) },
  { name: "aborted read", types: ["aborted-read"], applies: isTraced, inject: abort },
  { name: "future read", types: ["future-read"], applies: isTraced, inject: falsify(notYetWritten) },
  { name: "lost write", types: ["lost-write"], applies: isSingleWriter, inject: loseWrite },
  { name: "diverged nodes", types: ["diverged"], applies: isSingleWriter, inject: diverge },
  {
    name: "effect before its cause",
    types: ["cyclic-causality"],
    applies: isTraced,
    inject: causeEffectFirst,
  },
  {
    name: "cause not seen",
    types: ["causality-violation"],
    applies: isSingleWriter,
    inject: overlookCause,
  },
  {
    name: "cause not seen, by no view of the session",
    types: ["causal-memory-violation", "pram-violation"],
    applies: isSingleWriter,
    inject: overlookCause,
  },
  {
    name: "cause not seen, in no order of all sessions",
    types: ["not-sequential"],
    applies: isSingleWriter,
    inject: overlookCause,
  },
];
