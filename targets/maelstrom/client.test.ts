import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import type { ProtocolBody } from "#core/target";
import { SECOND } from "#core/units";
import { MaelstromClient } from "./client.ts";
import { replyProblem } from "./replies.ts";
import { maelstrom } from "./target.ts";

/** Performs operations in one session against nodes that answer as told. @returns replies or error codes, and what was asked */
async function perform(
  workload: string,
  operations: readonly Invocation[],
  answer: (request: ProtocolBody) => ProtocolBody,
  process = 4,
): Promise<{ outcomes: (Reply | string)[]; asked: (readonly [string, ProtocolBody])[] }> {
  const asked: (readonly [string, ProtocolBody])[] = [];
  const runtime = {
    connect: ({ node }: { node: string }) =>
      Promise.resolve({
        close: () => undefined,
        request: (body: ProtocolBody) => {
          asked.push([node, body]);
          const reply = answer(body);
          const problem = reply["type"] === "error" ? undefined : replyProblem(workload, body, reply);
          return problem === undefined ? Promise.resolve(reply) : Promise.reject(new Error(problem));
        },
      }),
  } as unknown as Runtime;
  const client = new MaelstromClient(
    {
      runtime,
      options: maelstrom.options.parse({ bin: "x" }),
      nodes: ["n0", "n1", "n2"].map((node) => ({ node, host: "", ports: {} })),
      process,
      memory: new Map(),
      random: new Random(1),
      timeout: SECOND,
    },
    workload,
  );
  const outcomes: (Reply | string)[] = [];
  for (const operation of operations) {
    outcomes.push(
      await client.invoke(operation).catch((error: unknown) => {
        if (error instanceof OperationError) return error.code;
        throw error;
      }),
    );
  }
  return { outcomes, asked };
}

const READ: Invocation = { f: "read", key: "7", value: null };

test.each<[string, Invocation, ProtocolBody, ProtocolBody, Reply]>([
  [
    "echo",
    { f: "echo", value: "a" },
    { type: "echo", echo: "a" },
    { type: "echo_ok", echo: "a" },
    { observed: "a", result: true },
  ],
  [
    "echo",
    { f: "echo", value: "a" },
    { type: "echo", echo: "a" },
    { type: "echo_ok", echo: "b" },
    { observed: "b", result: false },
  ],
  [
    "unique-ids",
    { f: "generate", value: null },
    { type: "generate" },
    { type: "generate_ok", id: [1, "x"] },
    { value: [1, "x"] },
  ],
  [
    "broadcast",
    { f: "add", key: "messages", value: 3 },
    { type: "broadcast", message: 3 },
    { type: "broadcast_ok" },
    {},
  ],
  ["broadcast", READ, { type: "read" }, { type: "read_ok", messages: [1, 2] }, { value: [1, 2] }],
  ["g-set", { f: "add", key: "set", value: 3 }, { type: "add", element: 3 }, { type: "add_ok" }, {}],
  ["g-set", READ, { type: "read" }, { type: "read_ok", value: [1, 2] }, { value: [1, 2] }],
  ["g-counter", { f: "increment", key: "c", value: 3 }, { type: "add", delta: 3 }, { type: "add_ok" }, {}],
  ["pn-counter", READ, { type: "read" }, { type: "read_ok", value: -4 }, { value: -4 }],
  ["lin-kv", READ, { type: "read", key: 7 }, { type: "read_ok", value: 5 }, { value: 5 }],
  ["lin-kv", READ, { type: "read", key: 7 }, { type: "error", code: 20 }, { value: null }],
  [
    "lin-kv",
    { f: "write", key: "7", value: 1 },
    { type: "write", key: 7, value: 1 },
    { type: "write_ok" },
    {},
  ],
  [
    "lin-kv",
    { f: "cas", key: "7", value: [1, 2] },
    { type: "cas", key: 7, from: 1, to: 2 },
    { type: "cas_ok" },
    { result: true },
  ],
  [
    "lin-kv",
    { f: "cas", key: "7", value: [1, 2] },
    { type: "cas", key: 7, from: 1, to: 2 },
    { type: "error", code: 22 },
    { result: false },
  ],
  [
    "lin-kv",
    { f: "cas", key: "7", value: [1, 2] },
    { type: "cas", key: 7, from: 1, to: 2 },
    { type: "error", code: 20 },
    { result: false, observed: null },
  ],
  [
    "kafka",
    { f: "send", key: "k0", value: 9 },
    { type: "send", key: "k0", msg: 9 },
    { type: "send_ok", offset: 4 },
    { version: 4 },
  ],
  [
    "txn-rw-register",
    {
      f: "txn",
      value: [
        ["r", 1, null],
        ["w", 1, 6],
      ],
    },
    {
      type: "txn",
      txn: [
        ["r", 1, null],
        ["w", 1, 6],
      ],
    },
    {
      type: "txn_ok",
      txn: [
        ["r", 1, 8],
        ["w", 1, 6],
      ],
    },
    {
      value: [
        ["r", 1, 8],
        ["w", 1, 6],
      ],
    },
  ],
])("%s: %j", async (workload, operation, request, answer, reply) => {
  const { outcomes, asked } = await perform(workload, [operation], () => answer);
  expect(asked).toEqual([["n1", request]]);
  expect(outcomes).toEqual([{ ...reply, node: "n1" }]);
});

describe("errors", () => {
  const codeOf = async (code: number): Promise<string> => {
    const write: Invocation = { f: "write", key: "7", value: 1 };
    const { outcomes } = await perform("lin-kv", [write], () => ({ type: "error", code }));
    return outcomes[0] as string;
  };
  const isDefinite = async (code: number): Promise<boolean> =>
    OPERATION_ERRORS[(await codeOf(code)) as keyof typeof OPERATION_ERRORS].definite;

  test.each([1, 10, 11, 12, 14, 20, 21, 22, 30])("%i certainly did not happen", async (code) => {
    expect(await isDefinite(code)).toBe(true);
  });

  test.each([0, 13, 2, 99, 1000, -1])("%i may have happened", async (code) => {
    expect(await isDefinite(code)).toBe(false);
  });
});

test("an operation goes to the session's node, or to the one that is named", async () => {
  const { asked } = await perform(
    "lin-kv",
    [READ, { ...READ, node: "n0" }],
    () => ({ type: "error", code: 20 }),
    5,
  );
  expect(asked.map(([node]) => node)).toEqual(["n2", "n0"]);
});

describe("logs", () => {
  const poll: Invocation = { f: "poll", key: "k", value: null };

  test("a session polls on from the committed offset, then from where it came to, and commits", async () => {
    const pages = [
      [
        [3, 30],
        [5, 50],
      ],
      [],
    ];
    const { outcomes, asked } = await perform("kafka", [poll, poll], ({ type }) => {
      if (type === "list_committed_offsets") return { type: "list_committed_offsets_ok", offsets: { k: 1 } };
      if (type === "poll") return { type: "poll_ok", msgs: { k: pages.shift()! } };
      return { type: "error", code: 11 };
    });
    expect(outcomes).toEqual([
      {
        value: [
          [3, 30],
          [5, 50],
        ],
        version: 2,
        node: "n1",
      },
      { value: [], version: 6, node: "n1" },
    ]);
    expect(asked.map(([, body]) => body)).toEqual([
      { type: "list_committed_offsets", keys: ["k"] },
      { type: "poll", offsets: { k: 2 } },
      { type: "commit_offsets", offsets: { k: 5 } },
      { type: "poll", offsets: { k: 6 } },
    ]);
  });

  test("a last poll reads from 0 until nothing comes", async () => {
    const { outcomes } = await perform("kafka", [{ ...poll, final: true, node: "n0" }], ({ offsets }) => {
      const { k: from } = offsets as { k: number };
      return {
        type: "poll_ok",
        msgs:
          from < 6
            ? {
                k: [
                  [from, from],
                  [from + 1, from + 1],
                ],
              }
            : {},
      };
    });
    expect(outcomes).toEqual([{ value: [0, 1, 2, 3, 4, 5].map((i) => [i, i]), version: 0, node: "n0" }]);
  });
});

test.each<[string, ProtocolBody, ProtocolBody, RegExp | undefined]>([
  ["echo", { type: "echo", echo: 1 }, { type: "echo_ok" }, /^field "echo": expected a value$/],
  [
    "echo",
    { type: "echo", echo: 1 },
    { type: "echo", echo: 1 },
    /^field "type": expected "echo_ok" or "error"$/,
  ],
  ["broadcast", { type: "read" }, { type: "read_ok", messages: [1, "2"] }, /^field "messages.1": expected /],
  ["broadcast", { type: "read" }, { type: "read_ok", value: [1] }, /^field "messages": expected array/],
  ["broadcast", { type: "topology" }, { type: "topology_ok" }, undefined],
  ["g-counter", { type: "read" }, { type: "read_ok", value: 1.5 }, /^field "value": expected int/],
  ["kafka", { type: "poll" }, { type: "poll_ok", msgs: { k: [[1]] } }, /^field "msgs.k.0/],
  [
    "txn-list-append",
    { type: "txn", txn: [["r", 1, null]] },
    { type: "txn_ok", txn: [["r", 1, [1]]] },
    undefined,
  ],
  [
    "txn-list-append",
    { type: "txn", txn: [["r", 1, null]] },
    { type: "txn_ok", txn: [] },
    /^field "txn": expected 1 /,
  ],
  [
    "txn-list-append",
    { type: "txn", txn: [["append", 1, 2]] },
    { type: "txn_ok", txn: [["append", 1, 3]] },
    /^field "txn.0": /,
  ],
])("what is wrong with a reply: %s %j %j", (workload, request, reply, problem) => {
  if (problem === undefined) expect(replyProblem(workload, request, reply)).toBeUndefined();
  else expect(replyProblem(workload, request, reply)).toMatch(problem);
});
