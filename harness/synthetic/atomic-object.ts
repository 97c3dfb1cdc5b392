import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { ObjectType } from "#core/operation";
import type { Random } from "#core/random";

/** What a client asks an object for. */
export interface Ask {
  readonly f: OperationFunction;
  readonly value: Json;
  /** What becomes of it if nobody learns its outcome; absent: somebody always does. */
  readonly fate?: "either" | "happens" | "never";
}

export interface Answer {
  readonly value?: Json;
  readonly result?: boolean;
}

/** One object that is never in two states at once: what linearizable histories are made with. */
export interface AtomicObject {
  ask(process: number, random: Random): Ask;
  /** Takes effect. @returns undefined: it has to wait */
  perform(process: number, ask: Ask): Answer | undefined;
  /** Whether others wait for this process, which therefore asks this object next. */
  isHeldBy?(process: number): boolean;
}

export interface AtomicKind {
  readonly summary: string;
  readonly type: ObjectType;
  readonly initial: Json;
  readonly uniqueWrites: boolean;
  readonly create: () => AtomicObject;
}

/** Reads and writes half and half; no value is written twice. */
function register(): AtomicObject {
  let [value, last]: [Json, number] = [null, 0];
  return {
    ask: (_, random) =>
      random.chance(0.5) ? { f: "read", value: null } : { f: "write", value: ++last, fate: "either" },
    perform: (_, { f, value: asked }) => {
      if (f === "write") value = asked;
      return { value };
    },
  };
}

const CAS_VALUES = 5;

/** Reads, writes and compare-and-sets of few values, as Jepsen's etcd test has them. */
function casRegister(): AtomicObject {
  let value: Json = null;
  return {
    ask: (_, random) => {
      const kind = random.int(3);
      if (kind === 0) return { f: "read", value: null };
      if (kind === 1) return { f: "write", value: random.int(CAS_VALUES), fate: "either" };
      return { f: "cas", value: [random.int(CAS_VALUES), random.int(CAS_VALUES)], fate: "either" };
    },
    perform: (_, { f, value: asked }) => {
      if (f === "read") return { value };
      if (f === "write") {
        value = asked;
        return {};
      }
      const [expected, next] = asked as [Json, Json];
      const result = value === expected;
      if (result) value = next;
      return { result };
    },
  };
}

const SET_ELEMENTS = 20;
/** Shares of 100. */
const SET_READS = 3;
const SET_CONTAINS = 40;
const SET_ADDS = 35;

/** Adds, removes and questions for few elements, and now and then a read of all. */
function set(): AtomicObject {
  const elements = new Set<number>();
  return {
    ask: (_, random) => {
      const [share, value] = [random.int(100), random.int(SET_ELEMENTS)];
      if (share < SET_READS) return { f: "read", value: null };
      if (share < SET_READS + SET_CONTAINS) return { f: "contains", value };
      return { f: share < SET_READS + SET_CONTAINS + SET_ADDS ? "add" : "remove", value, fate: "either" };
    },
    perform: (_, { f, value }) => {
      const element = value as number;
      if (f === "read") return { value: [...elements] };
      if (f === "contains") return { result: elements.has(element) };
      if (f === "add") elements.add(element);
      else elements.delete(element);
      return {};
    },
  };
}

/** Share of 100. */
const LIST_READS = 25;

/** Appends of values that are never appended twice, and reads of the whole list. */
function list(): AtomicObject {
  const elements: number[] = [];
  let last = 0;
  return {
    ask: (_, random) =>
      random.int(100) < LIST_READS
        ? { f: "read", value: null }
        : { f: "append", value: ++last, fate: "either" },
    perform: (_, { f, value }) => {
      if (f === "read") return { value: [...elements] };
      elements.push(value as number);
      return {};
    },
  };
}

const MOST_INSIDE = 20;

/** Puts in values that are never put in twice, and takes them out: of a queue the oldest first, of a stack the newest. */
function container(type: "queue" | "stack"): AtomicObject {
  const elements: number[] = [];
  const isQueue = type === "queue";
  let last = 0;
  return {
    ask: (_, random) =>
      elements.length < MOST_INSIDE && random.chance(0.5)
        ? { f: isQueue ? "enqueue" : "push", value: ++last, fate: "either" }
        : { f: isQueue ? "dequeue" : "pop", value: null },
    perform: (_, { f, value }) => {
      if (f === "dequeue" || f === "pop") {
        return { value: (isQueue ? elements.shift() : elements.pop()) ?? null };
      }
      elements.push(value as number);
      return {};
    },
  };
}

const LARGEST_INCREMENT = 3;

function counter(): AtomicObject {
  let count = 0;
  return {
    ask: (_, random) =>
      random.chance(0.5)
        ? { f: "read", value: null }
        : { f: "increment", value: random.between(1, LARGEST_INCREMENT), fate: "either" },
    perform: (_, { f, value }) => {
      if (f === "read") return { value: count };
      count += value as number;
      return {};
    },
  };
}

/** Who asks waits until the lock is free. `tokens`: each hold gets a greater fencing token than the one before. */
function lock(tokens: boolean): AtomicObject {
  let [holder, token]: [number | undefined, number] = [undefined, 0];
  return {
    isHeldBy: (process) => holder === process,
    ask: (process) =>
      holder === process
        ? { f: "release", value: null, fate: "happens" }
        : { f: "acquire", value: null, fate: "never" },
    perform: (process, { f }) => {
      if (f === "release") {
        if (holder === process) holder = undefined;
        return {};
      }
      if (holder !== undefined) return undefined;
      holder = process;
      return tokens ? { value: ++token } : {};
    },
  };
}

/** Objects by the names that commands use. */
export const ATOMIC_KINDS: Readonly<Record<string, AtomicKind>> = {
  register: {
    summary: "reads and writes of values that are never written twice",
    type: "register",
    initial: null,
    uniqueWrites: true,
    create: register,
  },
  "cas-register": {
    summary: "reads, writes and compare-and-sets of five values",
    type: "register",
    initial: null,
    uniqueWrites: false,
    create: casRegister,
  },
  set: {
    summary: "adds, removes and questions for twenty elements, some reads of all",
    type: "set",
    initial: null,
    uniqueWrites: false,
    create: set,
  },
  list: {
    summary: "appends of values that are never appended twice, and reads of all",
    type: "list",
    initial: null,
    uniqueWrites: true,
    create: list,
  },
  queue: {
    summary: "enqueues of values that are never enqueued twice, and dequeues",
    type: "queue",
    initial: null,
    uniqueWrites: true,
    create: () => container("queue"),
  },
  stack: {
    summary: "pushes of values that are never pushed twice, and pops",
    type: "stack",
    initial: null,
    uniqueWrites: true,
    create: () => container("stack"),
  },
  counter: {
    summary: "increments and reads",
    type: "counter",
    initial: null,
    uniqueWrites: false,
    create: counter,
  },
  lock: {
    summary: "acquires that wait, and releases",
    type: "lock",
    initial: null,
    uniqueWrites: false,
    create: () => lock(false),
  },
  "fenced-lock": {
    summary: "the same with fencing tokens",
    type: "lock",
    initial: null,
    uniqueWrites: false,
    create: () => lock(true),
  },
};
