import type { Json } from "#core/json";
import {
  operationsOf,
  type RecordedEvent,
  type RecordedOperation,
  type Recording,
  valueOf,
} from "../recording.ts";
import { type Injection, isOk, tryEach } from "./injection.ts";

type Pair = readonly [offset: number, message: Json];

const okOf = (recording: Recording, f: string): RecordedOperation[] =>
  operationsOf(recording).filter((one) => one.f === f && isOk(one));
const has =
  (f: string) =>
  (recording: Recording): boolean =>
    recording.events.some((event) => event.f === f);
const pairsOf = (poll: RecordedOperation): readonly Pair[] =>
  (valueOf(poll) ?? []) as unknown as readonly Pair[];

function answer(operation: RecordedOperation, change: Partial<RecordedEvent>): RecordedEvent {
  Object.assign(operation.completion!, change);
  return operation.invocation;
}

const repeatId: Injection["inject"] = (recording, random) => {
  const all = okOf(recording, "generate");
  return tryEach(all, random, (one) => {
    const other = all.find((another) => another !== one);
    return other && [answer(one, { value: valueOf(other) })];
  });
};

const garbleEcho: Injection["inject"] = (recording, random) =>
  tryEach(okOf(recording, "echo"), random, (one) => [answer(one, { observed: [valueOf(one)] })]);

/** Changes the answer of some poll with at least three messages. */
const alterPoll =
  (alter: (pairs: readonly Pair[]) => readonly Pair[]): Injection["inject"] =>
  (recording, random) =>
    tryEach(okOf(recording, "poll"), random, (poll) => {
      const pairs = pairsOf(poll);
      return pairs.length < 3 ? undefined : [answer(poll, { value: alter(pairs) as unknown as Json })];
    });

/** A message that later ones follow is on no node in the end. */
const loseMessage: Injection["inject"] = (recording, random) => {
  const finals = okOf(recording, "poll").filter(({ isFinal }) => isFinal);
  return tryEach(okOf(recording, "send"), random, (send) => {
    const offset = send.completion?.version as number;
    const own = finals.filter(({ key }) => key === send.key);
    if (own.length === 0 || !own.every((poll) => pairsOf(poll).some(([later]) => later > offset)))
      return undefined;
    const without = (poll: RecordedOperation): Json =>
      pairsOf(poll).filter(([at]) => at !== offset) as unknown as Json;
    return [send.invocation, ...own.map((poll) => answer(poll, { value: without(poll) }))];
  });
};

/** The offset of an acknowledged message was told to another sender too. */
const shareOffset: Injection["inject"] = (recording, random) => {
  const sends = okOf(recording, "send");
  return tryEach(sends, random, (one) => {
    const other = sends.find((another) => another !== one && another.key === one.key);
    return other && [answer(one, { version: other.completion!.version! })];
  });
};

export const replyInjections: readonly Injection[] = [
  { name: "an id given out twice", types: ["duplicate-id"], applies: has("generate"), inject: repeatId },
  { name: "an echo of something else", types: ["wrong-echo"], applies: has("echo"), inject: garbleEcho },
  {
    name: "a poll that leaves out a message",
    types: ["skipped-message"],
    applies: has("poll"),
    inject: alterPoll((pairs) => pairs.toSpliced(1, 1)),
  },
  {
    name: "a poll in the wrong order",
    types: ["unordered-poll"],
    applies: has("poll"),
    inject: alterPoll((pairs) => pairs.toReversed()),
  },
  {
    name: "a poll with a message that nobody sent",
    types: ["unexpected-message"],
    applies: has("poll"),
    inject: alterPoll((pairs) => pairs.with(1, [pairs[1]![0], "nobody sent this"])),
  },
  {
    name: "a poll with a message at two offsets",
    types: ["duplicate-message"],
    applies: has("poll"),
    inject: alterPoll((pairs) => [...pairs, [pairs.at(-1)![0] + 1_000, pairs[0]![1]]]),
  },
  {
    name: "two messages at one offset",
    types: ["offset-conflict"],
    applies: has("send"),
    inject: shareOffset,
  },
  {
    name: "an acknowledged message on no node",
    types: ["lost-message"],
    applies: has("send"),
    inject: loseMessage,
  },
];
