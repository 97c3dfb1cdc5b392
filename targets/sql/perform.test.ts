import { expect, test } from "vitest";
import { OperationError } from "#core/errors";
import type { Invocation } from "#core/operation";
import { statements } from "../postgres/statements.ts";
import { perform, type Updates } from "./perform.ts";
import type { Connection, Rows } from "./transaction.ts";

/** Answers reads with fixed rows and writes down what it is told to run. */
class Recording implements Connection {
  readonly ran: string[] = [];
  readonly #rows: readonly Rows[];
  #reads = 0;
  readonly #failOn: string | undefined;

  constructor(rows: readonly Record<string, unknown>[][], failOn?: string) {
    this.#rows = rows.map((one) => ({ rows: one, affected: one.length }));
    this.#failOn = failOn;
  }

  async run(statement: string, parameters: readonly unknown[]): Promise<Rows> {
    this.ran.push([statement.split(" ").slice(0, 3).join(" "), ...parameters].join(" | "));
    if (this.#failOn !== undefined && statement.startsWith(this.#failOn))
      throw new OperationError("unknown", `${statement} failed`);
    if (statement.startsWith("SELECT")) return this.#rows[this.#reads++] ?? { rows: [], affected: 0 };
    return { rows: [], affected: 1 };
  }

  rolledBack(error: unknown): OperationError {
    return new OperationError("aborted", String(error));
  }
}

const style = (updates: Updates) => ({ statements, updates, inTransactions: "list" as const });
const append: Invocation = { f: "append", key: "l", value: 7, object: "list" };

test.each<[string, Invocation, Record<string, unknown>[], unknown]>([
  ["a register", { f: "read", key: "x", value: null, object: "register" }, [{ v: "5" }], 5],
  ["no register", { f: "read", key: "x", value: null, object: "register" }, [], null],
  ["a set", { f: "read", key: "x", value: null, object: "set" }, [{ e: "1" }, { e: '"a"' }], [1, "a"]],
  ["a list", { f: "read", key: "x", value: null, object: "list" }, [{ v: '1,"b",3' }], [1, "b", 3]],
  ["no list", { f: "read", key: "x", value: null, object: "list" }, [], []],
  ["a counter", { f: "read", key: "x", value: null, object: "counter" }, [{ n: "12" }], 12],
  [
    "accounts",
    { f: "read", key: "x", value: null, object: "map" },
    [
      { name: "a", n: "-3" },
      { name: "b", n: "3" },
    ],
    { a: -3, b: 3 },
  ],
])("reads %s", async (_, operation, rows, value) => {
  expect(await perform(new Recording([rows]), operation, style("atomic"))).toEqual({ value });
});

test("a bug of the client in the middle of a transaction leaves none open", async () => {
  const connection = new Recording([]);
  const broken = { f: "txn", key: "l", value: [["append", "x", 1n]] } as unknown as Invocation;
  await expect(perform(connection, broken, style("locked"))).rejects.toThrow("BigInt");
  expect(connection.ran.at(-1)).toBe("ROLLBACK");
});

test("atomic: one statement, and no transaction around it", async () => {
  const connection = new Recording([]);
  await perform(connection, append, style("atomic"));
  expect(connection.ran).toEqual(["INSERT INTO lists | l | 7"]);
});

test("read-write: what was read goes back with the element behind it", async () => {
  const connection = new Recording([[{ v: "1,2" }]]);
  await perform(connection, append, style("read-write"));
  expect(connection.ran).toEqual(["BEGIN", "SELECT v FROM | l", "INSERT INTO lists | l | 1,2,7", "COMMIT"]);
});

test("locked: the row is there before it is locked", async () => {
  const connection = new Recording([[{ v: "" }]]);
  await perform(connection, append, style("locked"));
  expect(connection.ran[1]).toBe("INSERT INTO lists | l");
  expect(connection.ran).toHaveLength(5);
});

test("a transfer names its accounts in one order, and takes what it gives", async () => {
  const transfer: Invocation = {
    f: "transfer",
    key: "bank",
    value: { from: "b", to: "a", amount: 4 },
    object: "map",
  };
  const connection = new Recording([[{ name: "a", n: 1 }]]);
  await perform(connection, transfer, style("read-write"));
  expect(connection.ran[2]).toBe("INSERT INTO accounts | bank | a | 5 | bank | b | -4");
  const atomic = new Recording([]);
  await perform(atomic, transfer, style("atomic"));
  expect(atomic.ran).toEqual(["INSERT INTO accounts | bank | a | 4 | bank | b | -4"]);
});

test("compare-and-set tells whether the condition held", async () => {
  const cas: Invocation = { f: "cas", key: "x", value: [1, 2], object: "register" };
  expect(await perform(new Recording([[{ v: "1" }]]), cas, style("read-write"))).toEqual({
    result: true,
    observed: 1,
  });
  const refused = new Recording([[{ v: "3" }]]);
  expect(await perform(refused, cas, style("read-write"))).toEqual({ result: false, observed: 3 });
  expect(refused.ran.at(-1)).toBe("COMMIT");
  expect(await perform(new Recording([]), cas, style("atomic"))).toEqual({ result: true });
});

test("a transaction returns what its reads read, in order", async () => {
  const txn: Invocation = {
    f: "txn",
    value: [
      ["r", 1, null],
      ["append", 2, 9],
      ["r", 2, null],
    ],
  };
  const connection = new Recording([[{ v: "4" }], [{ v: "9" }]]);
  expect(await perform(connection, txn, style("atomic"))).toEqual({
    value: [
      ["r", 1, [4]],
      ["append", 2, 9],
      ["r", 2, [9]],
    ],
  });
  expect([connection.ran[0], connection.ran.at(-1)]).toEqual(["BEGIN", "COMMIT"]);
});

test("trouble before COMMIT is definite, at COMMIT it is what the store says", async () => {
  const early = new Recording([[]], "SELECT");
  await expect(perform(early, append, style("read-write"))).rejects.toMatchObject({ code: "aborted" });
  expect(early.ran.at(-1)).toBe("ROLLBACK");
  const late = new Recording([[]], "COMMIT");
  await expect(perform(late, append, style("read-write"))).rejects.toMatchObject({ code: "unknown" });
});

test("what no client wrote is told, not guessed", async () => {
  const read: Invocation = { f: "read", key: "x", value: null, object: "register" };
  await expect(perform(new Recording([[{ v: "{" }]]), read, style("atomic"))).rejects.toThrow(
    "no client wrote",
  );
});
