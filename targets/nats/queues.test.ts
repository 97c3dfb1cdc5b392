import type { Msg } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import { type ApiReply, ServerConnection } from "./connection.ts";
import { PulledQueue } from "./queues.ts";

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
const missing = { headers: { code: 404 } } as unknown as Msg;
const message = (value: number) => ({ json: () => value, reply: "$JS.ACK" }) as unknown as Msg;

/** A server whose consumer hands out some messages, once, and whose stream answers as given; what is left out is never answered. */
function queueOn(parts: {
  readonly handedOut?: readonly number[];
  readonly acknowledge?: Promise<Msg>;
  /** What the stream holds, by sequence. */
  readonly stream?: Map<number, number>;
  readonly purge?: "answered" | "by others";
}): { readonly queue: PulledQueue; readonly asked: string[] } {
  const { stream, purge } = parts;
  const asked: string[] = [];
  let heard: (message: Msg) => void = () => undefined;
  let toHandOut = (parts.handedOut ?? []).map(message);
  const answer = (subject: string, body: Readonly<Record<string, number>>): ApiReply | undefined => {
    if (stream === undefined) return undefined;
    const sequences = [...stream.keys()];
    const [first_seq = 1, last_seq = 0] = [sequences[0], sequences.at(-1)];
    if (subject.includes("STREAM.INFO"))
      return { state: { first_seq, last_seq, subjects: { "queues.q": stream.size } } };
    if (subject.includes("STREAM.MSG.GET")) {
      const value = stream.get(body["seq"]!);
      if (value === undefined) return { error: { code: 404 } };
      return { message: { subject: "queues.q", data: btoa(String(value)) } };
    }
    if (purge === undefined) return undefined;
    const purged = purge === "answered" ? stream.size : 0;
    stream.clear();
    return { success: true, purged };
  };
  const connection = Object.assign(Object.create(ServerConnection.prototype) as ServerConnection, {
    node: "n1",
    request: () => parts.acknowledge ?? NEVER,
    ask: (subject: string, body: Json): Promise<ApiReply> => {
      asked.push(subject);
      const reply = answer(subject, body as Readonly<Record<string, number>>);
      return reply === undefined ? NEVER : Promise.resolve(reply);
    },
    subscribe: (listener: typeof heard) => {
      heard = listener;
      return { subject: "inbox", end: () => undefined };
    },
    send: () => {
      for (const one of [...toHandOut, missing]) heard(one);
      toHandOut = [];
    },
  });
  return { queue: new PulledQueue(connection, "q", runtime), asked };
}

/** What a drain of at most 4 s comes to. */
async function drained(queue: PulledQueue): Promise<unknown> {
  const outcome = queue
    .drain({ within: 4 * SECOND, handedOutAgain: 2 * SECOND })
    .catch((error: unknown) => error);
  const late = new Promise((resolve) => setTimeout(resolve, 4_500, "too late"));
  await vi.advanceTimersByTimeAsync(5_000);
  return Promise.race([outcome, late]);
}

test("a drain ends when the stream holds nothing more, whatever its consumer tells", async () => {
  const { queue, asked } = queueOn({
    handedOut: [1, 2],
    acknowledge: Promise.resolve(missing),
    stream: new Map(),
  });
  expect(await drained(queue)).toEqual([1, 2]);
  expect(asked.filter((subject) => subject.includes("CONSUMER"))).toEqual([]);
});

test("what a consumer passes over is read from the stream, and deleted", async () => {
  const stream = new Map([7, 9].map((seq) => [seq, seq * 10]));
  const { queue } = queueOn({ stream, purge: "answered" });
  expect(await drained(queue)).toEqual([70, 90]);
  expect(stream.size).toBe(0);
});

test("what somebody else deleted meanwhile was not taken out here", async () => {
  const { queue } = queueOn({ stream: new Map([[7, 70]]), purge: "by others" });
  expect(await drained(queue)).toEqual([]);
});

test("acknowledgements that nobody hears do not keep a drain beyond its time: something was taken out", async () => {
  const { queue } = queueOn({ handedOut: [1], stream: new Map() });
  expect(await drained(queue)).toMatchObject({
    code: "unknown",
    message: "1 elements taken out, but not all: no answer in time",
  });
});

test.each([
  ["nothing was asked of the stream that changes it", {}, "aborted"],
  ["a deletion got no answer", { stream: new Map([[7, 70]]) }, "unknown"],
] as const)("no answer in time, and %s: %s", async (_, parts, code) => {
  const { queue } = queueOn(parts);
  expect(await drained(queue)).toMatchObject({ code });
});
