import type { Msg } from "@nats-io/transport-node";
import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { type ApiReply, isMissing, type ServerConnection, statusOf } from "./connection.ts";
import { type ApiError, NOT_FOUND, refusal, WRONG_LAST_SEQUENCE } from "./errors.ts";
import { BUCKET, elementOf, subjectsOfSet } from "./streams.ts";

/** Publishes and waits for the acknowledgement of the stream, which a majority of its replicas has then. */
export async function publish(connection: ServerConnection, subject: string, text: string): Promise<void> {
  mustBeStored(await connection.ask(subject, text), connection.node);
}

/** @throws OperationError unless the stream tells where it keeps the message */
function mustBeStored(reply: ApiReply, node: string): void {
  if (reply.error !== undefined) throw refusal(reply.error, node);
  if (typeof reply["seq"] !== "number")
    throw new OperationError("unknown", `acknowledged with ${JSON.stringify(reply)}`, { node });
}

/** The last message of a subject, by the stream's leader. */
export const readFromLeader = async (connection: ServerConnection, subject: string): Promise<Json> =>
  (await lastFromLeader(connection, subject)).value;

interface Last {
  readonly value: Json;
  /** 0: there is none. */
  readonly sequence: number;
}

async function lastFromLeader(connection: ServerConnection, subject: string): Promise<Last> {
  const reply = await connection.ask(`$JS.API.STREAM.MSG.GET.${BUCKET}`, { last_by_subj: subject });
  if (reply.error?.code === NOT_FOUND) return { value: null, sequence: 0 };
  if (reply.error !== undefined) throw refusal(reply.error, connection.node);
  const { data = "", seq } = reply["message"] as { readonly data?: string; readonly seq: number };
  return { value: parse(Buffer.from(data, "base64").toString(), connection.node), sequence: seq };
}

/**
 * Publishes if the subject's last message is the one that the leader showed just before, and that has the value expected: there
 * is no comparison of values. @param change [expected, wanted]
 */
export async function compareAndSet(
  connection: ServerConnection,
  subject: string,
  change: Json,
): Promise<{ readonly result: boolean; readonly observed?: Json }> {
  const [expected = null, wanted = null] = change as readonly Json[];
  const { value, sequence } = await lastFromLeader(connection, subject).catch((cause: unknown) => {
    throw new OperationError("aborted", `the value was not read: ${messageOf(cause)}`, {
      cause,
      node: connection.node,
    });
  });
  if (JSON.stringify(value) !== JSON.stringify(expected)) return { result: false, observed: value };
  const reply = await connection.publishAfter(subject, JSON.stringify(wanted), sequence);
  if (reply.error?.err_code === WRONG_LAST_SEQUENCE) throw refusedSet(reply.error, sequence, connection.node);
  mustBeStored(reply, connection.node);
  return { result: true };
}

/**
 * Every server that takes itself for the stream's leader is sent the message, and compares with what it has. One that has a newer
 * message than the one read speaks for all: the message was not taken, and nothing is known of the value, which may be the
 * expected one again. One that has not even the message read was replaced, and its successor may take the new one.
 */
function refusedSet(error: ApiError, read: number, node: string): OperationError {
  const last = Number(/wrong last sequence: (\d+)/.exec(error.description ?? "")?.[1]);
  return last > read
    ? new OperationError("aborted", `overtaken by message ${last}`, { node })
    : refusal(error, node);
}

/** The last message of a subject, by a replica: by that of the server asked, if it has one. */
export async function readDirectly(connection: ServerConnection, subject: string): Promise<Json> {
  const message = await connection.request(`$JS.API.DIRECT.GET.${BUCKET}.${subject}`);
  return isMissing(message) ? null : parse(contentOf(message, connection.node), connection.node);
}

/** The elements of a set, by the stream's leader. */
export async function elementsFromLeader(connection: ServerConnection, set: string): Promise<Json> {
  const subjects: string[] = [];
  for (;;) {
    const body = { subjects_filter: subjectsOfSet(set), offset: subjects.length };
    const reply: ApiReply = await connection.ask(`$JS.API.STREAM.INFO.${BUCKET}`, body);
    if (reply.error !== undefined) throw refusal(reply.error, connection.node);
    const state = reply["state"] as { readonly subjects?: Readonly<Record<string, number>> };
    const page = Object.keys(state.subjects ?? {});
    subjects.push(...page);
    if (page.length === 0 || subjects.length >= Number(reply["total"] ?? 0)) return subjects.map(elementOf);
  }
}

/**
 * The elements of a set, by a replica, one after the other in the order of the stream. Since elements are only added, the
 * list is the set as the replica has it when it answers that there is no further one.
 */
export async function elementsDirectly(connection: ServerConnection, set: string): Promise<Json> {
  const elements: Json[] = [];
  for (let sequence = 1; ; ) {
    const body = JSON.stringify({ seq: sequence, next_by_subj: subjectsOfSet(set) });
    const message = await connection.request(`$JS.API.DIRECT.GET.${BUCKET}`, body);
    if (isMissing(message)) return elements;
    elements.push(parse(contentOf(message, connection.node), connection.node));
    sequence = Number(message.headers?.get("Nats-Sequence")) + 1;
    if (!(sequence > 1))
      throw new OperationError("unknown", "a message without sequence", { node: connection.node });
  }
}

/** What a key holds among the last messages of all subjects. */
export const valueIn = (last: ReadonlyMap<string, string>, subject: string, node: string): Json => {
  const text = last.get(subject);
  return text === undefined ? null : parse(text, node);
};

/** The elements of a set among the last messages of all subjects. */
export const elementsIn = (last: ReadonlyMap<string, string>, set: string): Json => {
  const prefix = subjectsOfSet(set).slice(0, -1);
  return [...last.keys()].filter((subject) => subject.startsWith(prefix)).map(elementOf);
};

function contentOf(message: Msg, node: string): string {
  const status = statusOf(message);
  if (status === 0) return message.string();
  throw new OperationError("unknown", `${status} ${message.headers?.description ?? ""}`.trim(), { node });
}

function parse(text: string, node: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new OperationError("rejected", `the store holds what no client wrote: ${text.slice(0, 100)}`, {
      cause,
      node,
    });
  }
}
