import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Statements } from "./statements.ts";
import { changeOf, type Connection, inTransaction, type Rows } from "./transaction.ts";

/** How an operation that depends on what is there is made of statements. */
export const UPDATES = ["atomic", "locked", "read-write"] as const;
export type Updates = (typeof UPDATES)[number];

export interface Style {
  readonly statements: Statements;
  readonly updates: Updates;
  /** What the reads in transactions read. */
  readonly inTransactions: "list" | "register";
}

/** What was read, and whether a condition held. */
export interface Answer {
  readonly value?: Json;
  readonly result?: boolean;
  /** What a compare-and-set found, where it looked before it wrote. */
  readonly observed?: Json;
}

/** Performs one operation in one statement, or in one transaction of several. @throws whatever the connection does */
export async function perform(connection: Connection, operation: Invocation, style: Style): Promise<Answer> {
  const { f, key = "", value, object } = operation;
  const { statements } = style;
  const run = (statement: string, ...parameters: readonly (string | number | null)[]) =>
    connection.run(statement, parameters);
  switch (f) {
    case "read":
      return { value: await read(connection, key, object ?? "register", statements) };
    case "write":
      await run(statements.writeRegister, key, JSON.stringify(value));
      return {};
    case "cas":
      return compareAndSet(connection, key, value as readonly [Json, Json], style);
    case "add":
      await run(statements.addElement, key, JSON.stringify(value));
      return {};
    case "remove":
      await run(statements.removeElement, key, JSON.stringify(value));
      return {};
    case "append":
      await append(connection, key, value, style);
      return {};
    case "increment":
      await increment(connection, key, Number(value), style);
      return {};
    case "transfer":
      await transfer(connection, key, value as unknown as Transfer, style);
      return {};
    case "txn":
      return { value: await transaction(connection, value as readonly Step[], style) };
    default:
      throw new OperationError("rejected", `the client has no operation ${f}`);
  }
}

async function read(
  connection: Connection,
  key: string,
  object: string,
  statements: Statements,
): Promise<Json> {
  switch (object) {
    case "set":
      return (await connection.run(statements.readSet, [key])).rows.map(({ e }) => parse(e));
    case "list":
      return listOf(await connection.run(statements.readList, [key]));
    case "counter":
      return Number((await connection.run(statements.readCounter, [key])).rows[0]?.["n"] ?? 0);
    case "map":
      return balancesOf(await connection.run(statements.readAccounts, [key]));
    default:
      return registerOf(await connection.run(statements.readRegister, [key]));
  }
}

async function compareAndSet(
  connection: Connection,
  key: string,
  [old, next]: readonly [Json, Json],
  style: Style,
): Promise<Answer> {
  const { statements, updates } = style;
  const text = JSON.stringify(next);
  if (updates === "atomic") {
    const { affected } =
      old === null
        ? await connection.run(statements.createRegister, [key, text])
        : await connection.run(statements.compareAndSet, [text, key, JSON.stringify(old)]);
    return { result: affected > 0 };
  }
  return inTransaction(connection, statements, async (step) => {
    const shown = await changeOf(
      step,
      style,
      [statements.ensureRegister, key],
      [statements.readRegister, key],
    );
    const observed = registerOf(shown);
    const result = JSON.stringify(observed) === JSON.stringify(old);
    if (result) await step(statements.writeRegister, key, text);
    return { result, observed };
  });
}

async function append(connection: Connection, key: string, element: Json, style: Style): Promise<void> {
  const { statements, updates } = style;
  if (updates === "atomic") await connection.run(statements.appendElement, [key, JSON.stringify(element)]);
  else await inTransaction(connection, statements, (step) => appendIn(step, key, element, style));
}

type StepRunner = (statement: string, ...parameters: readonly (string | number | null)[]) => Promise<Rows>;

async function appendIn(step: StepRunner, key: string, element: Json, style: Style): Promise<void> {
  const { statements } = style;
  if (style.updates === "atomic") {
    await step(statements.appendElement, key, JSON.stringify(element));
    return;
  }
  const before = listOf(
    await changeOf(step, style, [statements.ensureList, key], [statements.readList, key]),
  );
  await step(statements.writeList, key, [...before, element].map((one) => JSON.stringify(one)).join(","));
}

async function increment(connection: Connection, key: string, by: number, style: Style): Promise<void> {
  const { statements, updates } = style;
  if (updates === "atomic") {
    await connection.run(statements.addToCounter, [key, by]);
    return;
  }
  await inTransaction(connection, statements, async (step) => {
    const shown = await changeOf(step, style, [statements.ensureCounter, key], [statements.readCounter, key]);
    await step(statements.writeCounter, key, Number(shown.rows[0]?.["n"] ?? 0) + by);
  });
}

interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

async function transfer(connection: Connection, key: string, change: Transfer, style: Style): Promise<void> {
  const { statements, updates } = style;
  const changes: Readonly<Record<string, number>> = {
    [change.from]: -change.amount,
    [change.to]: change.amount,
  };
  // In one order, whoever transfers: two that lock the same rows do not wait for each other.
  const [first, second] = [change.from, change.to].sort() as [string, string];
  const both = (valueOf: (name: string) => number) => [
    key,
    first,
    valueOf(first),
    key,
    second,
    valueOf(second),
  ];
  if (updates === "atomic") {
    await connection.run(
      statements.addToAccounts,
      both((name) => changes[name]!),
    );
    return;
  }
  await inTransaction(connection, statements, async (step) => {
    const ensure = [statements.ensureAccounts, key, first, key, second] as const;
    const shown = balancesOf(
      await changeOf(step, style, ensure, [statements.readTwoAccounts, key, first, second]),
    );
    await step(statements.writeAccounts, ...both((name) => (shown[name] ?? 0) + changes[name]!));
  });
}

type Step = readonly ["r" | "w" | "append", string | number, Json];

async function transaction(connection: Connection, steps: readonly Step[], style: Style): Promise<Json> {
  const { statements, inTransactions } = style;
  return inTransaction(connection, statements, async (step) => {
    const done: Json[] = [];
    for (const [f, name, value] of steps) {
      const key = String(name);
      if (f === "append") await appendIn(step, key, value, style);
      else if (f === "w") await step(statements.writeRegister, key, JSON.stringify(value));
      const shown =
        f !== "r"
          ? value
          : inTransactions === "list"
            ? listOf(await step(statements.readList, key))
            : registerOf(await step(statements.readRegister, key));
      done.push([f, name, shown]);
    }
    return done;
  });
}

function parse(text: unknown): Json {
  try {
    return JSON.parse(String(text)) as Json;
  } catch (cause) {
    const shown = String(text).slice(0, 100);
    throw new OperationError("rejected", `the store holds what no client wrote: ${shown}`, { cause });
  }
}

const registerOf = ({ rows }: Rows): Json => {
  const value = rows[0]?.["v"] ?? null;
  return value === null ? null : parse(value);
};
const listOf = ({ rows }: Rows): readonly Json[] => {
  const text = rows[0]?.["v"] ?? "";
  return parse(`[${String(text)}]`) as readonly Json[];
};
const balancesOf = ({ rows }: Rows): Record<string, number> =>
  Object.fromEntries(rows.map(({ name, n }) => [String(name), Number(n)]));
