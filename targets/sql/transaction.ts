import { OperationError } from "#core/errors";
import type { Updates } from "./perform.ts";
import type { Statements } from "./statements.ts";

export interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that the statement changed. */
  readonly affected: number;
}

type Parameter = string | number | null;

/** One connection with an SQL store. */
export interface Connection {
  /** Runs one statement. @throws OperationError; of a statement outside a transaction it says what became of its effect. */
  run(statement: string, parameters: readonly Parameter[]): Promise<Rows>;
  /** What an error means that came before COMMIT was sent: the transaction is rolled back, and nobody ever sees it. */
  rolledBack(error: unknown): OperationError;
}

type Step = (statement: string, ...parameters: readonly Parameter[]) => Promise<Rows>;

/**
 * Several statements in one transaction. Whatever goes wrong before COMMIT is sent is definite: a store keeps nothing of a
 * transaction that was not committed, also of one whose connection broke.
 */
export async function inTransaction<Result>(
  connection: Connection,
  { begin }: Statements,
  work: (step: Step) => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    await connection.run(begin, []);
    result = await work((statement, ...parameters) => connection.run(statement, parameters));
  } catch (error) {
    const meant = connection.rolledBack(error);
    // A session whose transaction is still open would go on in it.
    if (!(error instanceof OperationError && error.code === "connection-lost"))
      await connection.run("ROLLBACK", []).catch(() => undefined);
    throw meant;
  }
  await connection.run("COMMIT", []);
  return result;
}

/** Reads what is about to be changed: with its lock, where the client takes locks. */
export async function changeOf(
  step: Step,
  { updates }: { readonly updates: Updates },
  ensure: readonly [statement: string, ...Parameter[]],
  read: readonly [statement: string, ...Parameter[]],
): Promise<Rows> {
  if (updates !== "locked") return step(...read);
  // Nobody can lock a row that is not there.
  await step(...ensure);
  const [statement, ...parameters] = read;
  return step(`${statement} FOR UPDATE`, ...parameters);
}
