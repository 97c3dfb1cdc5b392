import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Operation } from "./operations.ts";

const FUNCTION_OF: Readonly<Record<string, OperationFunction>> = {
  W: "write",
  R: "read",
  D: "delete",
  C: "cas",
  A: "add",
  P: "append",
  I: "increment",
  S: "push",
  T: "pop",
  L: "acquire",
  U: "release",
  M: "remove",
  E: "enqueue",
  Q: "dequeue",
  X: "drain",
};

/**
 * Small histories as text: sessions separated by `|` or line breaks, each a sequence of operations
 *
 *     W1  R1  R-  D  C1>2  A5  R{1,5}       write, read, read null, delete, compare-and-set, add, read a set
 *     P5  R{1,5}                            append, read a list
 *     I5  I-2                               increment, decrement
 *     S1  T1  T-                            push, pop, pop of nothing
 *     L  L7  U                              acquire, with a fencing token, release
 *     E1  Q1  Q-  X{1,2}                    enqueue, dequeue, dequeue of nothing, drain
 *     Wy1                                   on key y instead of x
 *     W1[2,6]  W1[2,]                       invoked at 2, returned at 6; never returned: indefinite
 *     W1!  W1?                              failed; indefinite
 *     R1@n2  R1*  W1#7  C1>2~  C1>2~3       answered by n2; final; version 7; refused; refused and told 3
 *
 * Operations without times follow each other in the order of the text.
 */
export function operations(text: string): Operation[] {
  let clock = 0;
  return text
    .split(/[|\n]/)
    .filter((line) => line.trim() !== "")
    .flatMap((line, session) =>
      line
        .trim()
        .split(/\s+/)
        .map((token) => operationOf(token, session, () => ++clock)),
    );
}

const TOKEN =
  /^(?<f>[WRDCAPIMEQXLUST])(?<key>[a-z]*)(?<value>-?\d+|-|⊥|\{[\d,]*\})?(?:>(?<to>-?\d+|-))?(?:\[(?<inv>[\d.]+),(?<ret>[\d.]*)\])?(?<flags>(?:[!?*]|@\w+|#\d+|~(?:\d+|-)?)*)$/;

function operationOf(token: string, session: number, tick: () => number): Operation {
  const groups = TOKEN.exec(token)?.groups;
  if (groups === undefined) throw new Error(`not an operation: ${token}`);
  const flags = groups["flags"] ?? "";
  const f = FUNCTION_OF[groups["f"]!]!;
  const inv = groups["inv"] === undefined ? tick() : Number(groups["inv"]);
  const isInfo = flags.includes("?") || groups["ret"] === "";
  const ret = groups["ret"] === undefined || groups["ret"] === "" ? tick() : Number(groups["ret"]);
  const value = valueOf(groups["value"]);
  const refusal = /~(\d+|-)?/.exec(flags);
  const node = /@(\w+)/.exec(flags)?.[1];
  const version = /#(\d+)/.exec(flags)?.[1];
  return {
    session,
    f,
    key: groups["key"] || "x",
    value: f === "cas" ? valueOf(groups["to"]) : value,
    inv,
    ret: isInfo ? Number.POSITIVE_INFINITY : ret,
    status: isInfo ? "info" : flags.includes("!") ? "fail" : "ok",
    final: flags.includes("*"),
    ...(node === undefined ? {} : { node }),
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(f === "cas" ? { expected: value, result: refusal === null } : {}),
    ...(f !== "cas" && refusal !== null ? { result: false } : {}),
    ...(refusal?.[1] === undefined ? {} : { observed: valueOf(refusal[1]) }),
  };
}

function valueOf(text: string | undefined): Json {
  if (text === undefined || text === "-" || text === "⊥") return null;
  if (!text.startsWith("{")) return Number(text);
  return text
    .slice(1, -1)
    .split(",")
    .filter((part) => part !== "")
    .map(Number);
}
