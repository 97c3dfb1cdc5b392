import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { ApiReply, ServerConnection } from "./connection.ts";
import { NOT_FOUND, refusal } from "./errors.ts";
import { QUEUES, subjectOfQueue } from "./streams.ts";

/** Messages asked for at once. */
const AT_ONCE = 64;

/** How many messages of a queue the stream holds, whatever its consumer makes of them. */
export async function messagesLeft(connection: ServerConnection, queue: string): Promise<number> {
  const { subjects = {} } = await stateOf(connection, queue);
  return subjects[subjectOfQueue(queue)] ?? 0;
}

/** What the stream holds of a queue, and the sequence up to which it was looked at. */
export interface PassedOver {
  readonly values: readonly Json[];
  readonly upTo: number;
}

/**
 * Reads what the stream holds and its consumer hands to nobody: a consumer that outlived messages that its stream lost takes the
 * new ones at their sequences for done. Changes nothing. @throws OperationError
 */
export async function readPassedOver(connection: ServerConnection, queue: string): Promise<PassedOver> {
  const { first_seq: first, last_seq: last } = await stateOf(connection, queue);
  const values: Json[] = [];
  for (let from = first; from <= last; from += AT_ONCE) {
    const sequences = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, i) => from + i);
    const found = await Promise.all(
      sequences.map(async (sequence) => messageAt(connection, queue, sequence)),
    );
    values.push(...found.flat());
  }
  return { values, upTo: last };
}

/**
 * Deletes what was read. @returns whether anything was deleted: else somebody else took it out meanwhile
 * @throws OperationError `unknown`: nobody knows
 */
export async function deletePassedOver(
  connection: ServerConnection,
  queue: string,
  { upTo }: PassedOver,
): Promise<boolean> {
  const { node } = connection;
  const filter = { filter: subjectOfQueue(queue), seq: upTo + 1 };
  const reply = await connection.ask(`$JS.API.STREAM.PURGE.${QUEUES}`, filter).catch((cause: unknown) => {
    throw new OperationError("unknown", `deleting: ${messageOf(cause)}`, { cause, node });
  });
  if (reply.error !== undefined) throw refusal(reply.error, node);
  return reply["purged"] !== 0;
}

interface StreamState {
  readonly first_seq: number;
  readonly last_seq: number;
  /** Messages by subject, of those asked for; absent: none. */
  readonly subjects?: Readonly<Record<string, number>>;
}

async function stateOf(connection: ServerConnection, queue: string): Promise<StreamState> {
  const body = { subjects_filter: subjectOfQueue(queue) };
  const reply: ApiReply = await connection.ask(`$JS.API.STREAM.INFO.${QUEUES}`, body);
  if (reply.error !== undefined) throw refusal(reply.error, connection.node);
  return reply["state"] as StreamState;
}

/** @returns none if the message is another queue's, or is there no more */
async function messageAt(connection: ServerConnection, queue: string, seq: number): Promise<Json[]> {
  const reply = await connection.ask(`$JS.API.STREAM.MSG.GET.${QUEUES}`, { seq });
  if (reply.error?.code === NOT_FOUND) return [];
  if (reply.error !== undefined) throw refusal(reply.error, connection.node);
  const { subject, data = "" } = reply["message"] as { readonly subject: string; readonly data?: string };
  if (subject !== subjectOfQueue(queue)) return [];
  return [JSON.parse(Buffer.from(data, "base64").toString()) as Json];
}
