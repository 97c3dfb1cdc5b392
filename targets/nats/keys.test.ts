import { expect, test } from "vitest";
import { type ApiReply, ServerConnection } from "./connection.ts";
import { compareAndSet } from "./keys.ts";

/** The subject's last message holds 1; the publish is answered as given. */
function answering(published: object): { connection: ServerConnection; after: number[] } {
  const after: number[] = [];
  const connection = Object.assign(Object.create(ServerConnection.prototype) as ServerConnection, {
    node: "n1",
    ask: async (): Promise<ApiReply> => ({ message: { data: btoa("1"), seq: 7 } }),
    publishAfter: async (_subject: string, _text: string, sequence: number): Promise<ApiReply> => {
      after.push(sequence);
      return published as ApiReply;
    },
  });
  return { connection, after };
}

const wrongLast = (sequence: number) => ({
  error: { code: 400, err_code: 10_071, description: `wrong last sequence: ${sequence}` },
});

test("a register is set after the message that held what was expected", async () => {
  const { connection, after } = answering({ stream: "KV", seq: 8 });
  expect(await compareAndSet(connection, "x", [1, 2])).toEqual({ result: true });
  expect(after).toEqual([7]);
});

test("another value: not set", async () => {
  const other = answering({});
  expect(await compareAndSet(other.connection, "x", [5, 2])).toEqual({ result: false, observed: 1 });
  expect(other.after).toEqual([]);
});

test("overtaken by another message: not set, and nothing is said of the value, which may be the same again", async () => {
  const { connection } = answering(wrongLast(9));
  await expect(compareAndSet(connection, "x", [1, 2])).rejects.toMatchObject({ code: "aborted" });
});

test.each([wrongLast(6), wrongLast(0), { error: { code: 400, err_code: 10_071 } }])(
  "refused with %j by a server that lacks the message that was read: its successor may have taken it",
  async (published) => {
    const { connection } = answering(published);
    await expect(compareAndSet(connection, "x", [1, 2])).rejects.toMatchObject({ code: "unknown" });
  },
);

test.each([{}, { stream: "KV" }, { error: { code: 503 } }, { error: { code: 400, err_code: 10_164 } }])(
  "answered with %j: nobody knows",
  async (published) => {
    const { connection } = answering(published);
    await expect(compareAndSet(connection, "x", [1, 2])).rejects.toMatchObject({ code: "unknown" });
  },
);
