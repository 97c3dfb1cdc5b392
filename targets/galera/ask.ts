import { messageOf } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { SECOND } from "#core/units";
import { MariadbConnection } from "./connection.ts";

/** A node on this machine that is alive answers within milliseconds, on a busy one within a second; a paused one does not answer. */
const ANSWER_MAX = 2 * SECOND;

/** Names and values that a node answered, or why it did not. */
export type Answer = { readonly values: Readonly<Record<string, string>> } | { readonly problem: string };

/** Asks a node for names and values, over a connection of its own. Never rejects. */
export async function ask(runtime: Runtime, endpoint: Endpoint, sql: string): Promise<Answer> {
  let connection: MariadbConnection | undefined;
  const cancel = runtime.after(ANSWER_MAX, () => connection?.drop());
  try {
    connection = await MariadbConnection.open({ runtime, endpoint, limit: ANSWER_MAX });
    const { rows } = await connection.run(sql, []);
    return {
      values: Object.fromEntries(rows.map((row) => Object.values(row).map(String) as [string, string])),
    };
  } catch (error) {
    return { problem: messageOf(error) };
  } finally {
    cancel();
    connection?.drop();
  }
}
