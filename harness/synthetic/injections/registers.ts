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

/** Somebody writes without a condition. */
const isWritten = (recording: Recording): boolean =>
  isTraced(recording) && recording.events.some(({ f }) => f === "write");

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

/** What a key held before a write: an older version or, if nothing was written earlier and nothing deleted, null. */
function versionBefore(registers: Registers, write: RecordedOperation): Json | undefined {
  const older = latestBefore(registers, write.key, write);
  if (older !== undefined) return valueOf(older);
  const isFirst = registers.all.every(
    (one) => one.key !== write.key || one.f === "read" || one.inv >= write.inv || one.status === "fail",
  );
  const isDeleted = registers.all.some(({ f, key }) => f === "delete" && key === write.key);
  return isFirst && !isDeleted ? null : undefined;
}

/** A value that had been overwritten, for certain, before the read began. */
const overwritten: Chooser = (read, registers) => {
  const newer = latestBefore(registers, read.key, read);
  return newer && versionBefore(registers, newer);
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
        one.key === read.key &&
        one.session === read.session &&
        // Reads of different levels promise each other nothing.
        one.invocation.level === read.invocation.level &&
        precedes(one, read) &&
        valueOf(one) !== null,
    );
    if (seen === undefined) return undefined;
    if (order === "unknown") return null;
    const writer = registers.writes.get(read.key)?.find((write) => valueOf(write) === valueOf(seen));
    return writer && versionBefore(registers, writer);
  };

const nobodyWrote: Chooser = (read, registers) => {
  const some = registers.all
    .map(({ invocation }) => invocation.value ?? null)
    .find((value) => value !== null);
  // The new value of a compare-and-set stands second.
  return typeof (Array.isArray(some) ? some[1] : some) === "string"
    ? `never written ${read.inv}`
    : -1 - read.inv;
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
    const newer = registers.writes.get(key)!.at(-1)!;
    const older = versionBefore(registers, newer);
    if (finals.length === 0 || older === undefined) return undefined;
    return finals.flatMap((read) => answer(read, older));
  });
};

/** One node shows what had been overwritten, the others do not. */
const diverge: Injection["inject"] = (recording, random) => {
  const registers = registersOf(recording);
  return tryEach([...registers.writes.keys()], random, (key) => {
    const finals = finalReads(registers, key);
    const newer = registers.writes.get(key)!.at(-1)!;
    const older = versionBefore(registers, newer);
    const nodes = new Set(finals.map(nodeOf));
    if (nodes.size < 2 || older === undefined) return undefined;
    if (!finals.every((read) => valueOf(read) === valueOf(newer))) return undefined;
    const node = random.pick([...nodes]);
    return finals.filter((read) => nodeOf(read) === node).flatMap((read) => answer(read, older));
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
      const isApart =
        a.read.session !== b.read.session && a.read.invocation.level === b.read.invocation.level;
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
  { name: "stale read", types: ["stale-read"], applies: isWritten, inject: falsify(overwritten) },
  {
    name: "stale read, as no order of the operations",
    types: ["non-linearizable"],
    applies: isWritten,
    inject: falsify(overwritten),
  },
  {
    name: "own write not read",
    types: ["read-your-writes"],
    applies: isWritten,
    inject: byOrder(withoutOwnWrite),
  },
  {
    name: "reads going back",
    types: ["monotonic-reads"],
    applies: isWritten,
    inject: byOrder(behindEarlierRead),
  },
  { name: "thin-air read", types: ["thin-air-read"], applies: isTraced, inject: falsify(nobodyWrote) },
  { name: "aborted read", types: ["aborted-read"], applies: isWritten, inject: abort },
  { name: "future read", types: ["future-read"], applies: isWritten, inject: falsify(notYetWritten) },
  { name: "lost write", types: ["lost-write"], applies: isSingleWriter, inject: loseWrite },
  { name: "diverged nodes", types: ["diverged"], applies: isSingleWriter, inject: diverge },
  {
    name: "effect before its cause",
    types: ["cyclic-causality"],
    applies: isWritten,
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
