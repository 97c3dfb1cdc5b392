import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import { type ApiReply, ServerConnection } from "./connection.ts";
import { QueueRest } from "./queue-rest.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const runtime = {
  now: () => performance.now() * MILLISECOND,
  sleep: (ns: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, ns / MILLISECOND);
      signal?.addEventListener("abort", () => resolve());
    }),
} as Runtime;

const NEVER = new Promise<never>(() => undefined);

/** Messages of the stream by sequence; those of another queue have no value. */
type Stream = Map<number, number | undefined>;

interface Server {
  /** What is never answered. */
  silent?: RegExp;
  /** Somebody else deletes everything before it is asked to. */
  isEmptiedByOthers?: boolean;
  readonly asked: string[];
}

function connectionTo(stream: Stream, server: Server): ServerConnection {
  const ours = (): number[] => [...stream].flatMap(([seq, value]) => (value === undefined ? [] : [seq]));
  const answer = (subject: string, seq: number): ApiReply => {
    const sequences = [...stream.keys()];
    if (subject.includes("STREAM.INFO"))
      return {
        state: {
          first_seq: sequences[0] ?? 1,
          last_seq: sequences.at(-1) ?? 0,
          ...(ours().length === 0 ? {} : { subjects: { "queues.q": ours().length } }),
        },
      };
    if (subject.includes("MSG.GET")) {
      if (!stream.has(seq)) return { error: { code: 404 } };
      const value = stream.get(seq);
      const isOurs = value !== undefined;
      return { message: { subject: isOurs ? "queues.q" : "queues.other", data: btoa(String(value ?? 0)) } };
    }
    const deleted = ours().filter((one) => one < seq);
    for (const one of deleted) stream.delete(one);
    return { success: true, purged: server.isEmptiedByOthers === true ? 0 : deleted.length };
  };
  return Object.assign(Object.create(ServerConnection.prototype) as ServerConnection, {
    node: "n1",
    ask: (subject: string, body: Json): Promise<ApiReply> => {
      server.asked.push(subject);
      if (server.silent?.test(subject) === true) return NEVER;
      return Promise.resolve(answer(subject, (body as { seq?: number }).seq ?? 0));
    },
  });
}

/** What a drain of at most 4 s comes to. */
async function drained(rest: QueueRest, connection: ServerConnection): Promise<unknown> {
  const outcome = rest.drain(connection, 4 * SECOND).catch((error: unknown) => error);
  const late = new Promise((resolve) => {
    setTimeout(resolve, 4_500, "too late");
  });
  await vi.advanceTimersByTimeAsync(5_000);
  return Promise.race([outcome, late]);
}

test("everything of the queue is taken out of the stream, and nothing of other queues", async () => {
  const stream: Stream = new Map([
    [3, undefined],
    ...Array.from({ length: 150 }, (_, i): [number, number] => [i + 5, i]),
    [500, undefined],
  ]);
  const taken = await drained(new QueueRest("q", runtime), connectionTo(stream, { asked: [] }));
  expect(taken).toEqual(Array.from({ length: 150 }, (_, i) => i));
  expect([...stream.keys()]).toEqual([3, 500]);
});

test("nothing is left: nothing is deleted", async () => {
  const server: Server = { asked: [] };
  expect(await drained(new QueueRest("q", runtime), connectionTo(new Map(), server))).toEqual([]);
  expect(server.asked).toEqual(["$JS.API.STREAM.INFO.QUEUES"]);
});

test("what somebody else deleted meanwhile was not taken out here", async () => {
  const server: Server = { isEmptiedByOthers: true, asked: [] };
  expect(await drained(new QueueRest("q", runtime), connectionTo(new Map([[7, 70]]), server))).toEqual([]);
});

test.each([
  [/INFO/, "aborted"],
  [/GET/, "aborted"],
  [/PURGE/, "unknown"],
])("%s gets no answer: the drain ends in time, %s", async (silent, code) => {
  const server: Server = { silent, asked: [] };
  const outcome = await drained(new QueueRest("q", runtime), connectionTo(new Map([[7, 70]]), server));
  expect(outcome).toMatchObject({
    code,
    message: "0 elements taken out, but not all: no answer in time",
  });
});

test("what was read before time was up is not read again", async () => {
  const stream: Stream = new Map(Array.from({ length: 100 }, (_, i) => [i + 1, i]));
  const server: Server = { asked: [] };
  const connection = connectionTo(stream, server);
  const rest = new QueueRest("q", runtime);
  const answer = connection.ask.bind(connection);
  // Everything after the first batch is late.
  Object.assign(connection, {
    ask: (subject: string, body: { seq?: number }) =>
      subject.includes("GET") && (body.seq ?? 0) > 64 ? NEVER : answer(subject, body as Json),
  });
  expect(await drained(rest, connection)).toMatchObject({ code: "aborted" });
  server.asked.length = 0;
  Object.assign(connection, { ask: answer });
  expect(await drained(rest, connection)).toHaveLength(100);
  expect(server.asked.filter((subject) => subject.includes("GET"))).toHaveLength(36);
});
