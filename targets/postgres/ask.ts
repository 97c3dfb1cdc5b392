import { messageOf } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { SECOND } from "#core/units";
import { PostgresConnection } from "./connection.ts";

/** A node on this machine that is alive answers within milliseconds, on a busy one within a second; a paused one does not answer. */
const ANSWER_MAX = 2 * SECOND;

/** What a node answered to one question, or why it did not. */
export type Answer = { readonly row: Readonly<Record<string, unknown>> } | { readonly problem: string };

/** Asks a node for one row, over a connection of its own. Never rejects. */
export async function ask(runtime: Runtime, endpoint: Endpoint, sql: string): Promise<Answer> {
  let connection: PostgresConnection | undefined;
  const cancel = runtime.after(ANSWER_MAX, () => connection?.drop());
  try {
    connection = await PostgresConnection.open({
      runtime,
      endpoint,
      isolation: "read committed",
      limit: ANSWER_MAX,
    });
    const { rows } = await connection.run(sql, []);
    return { row: rows[0] ?? {} };
  } catch (error) {
    return { problem: messageOf(error) };
  } finally {
    cancel();
    connection?.drop();
  }
}
