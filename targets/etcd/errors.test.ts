import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import { operationError, RefusalError, TransportError } from "./errors.ts";

const codeOf = (error: unknown) => operationError(error, "n1").code;

test.each([
  ["raft proposal dropped", "no-leader"],
  ["etcdserver: too many requests", "unavailable"],
  ["etcdserver: request is too large", "rejected"],
  ["etcdserver: requested lease not found", "aborted"],
] as const)("etcd refused before it did anything: %s", (message, code) => {
  expect(codeOf(new RefusalError(message))).toBe(code);
  expect(OPERATION_ERRORS[code].definite).toBe(true);
});

describe("what may have been committed is never definite", () => {
  test.each([
    new RefusalError("etcdserver: request timed out"),
    new RefusalError("etcdserver: request timed out, possibly due to previous leader failure"),
    new RefusalError("etcdserver: request timed out, possibly due to connection lost"),
    new RefusalError("etcdserver: leader changed"),
    new RefusalError("etcdserver: server stopped"),
    // Applied all the same: a full backend is told of with the answer to a request that was committed.
    new RefusalError("etcdserver: mvcc: database space exceeded"),
    new RefusalError("context canceled"),
    new RefusalError("said: raft proposal dropped"),
    new RefusalError(""),
    new TransportError("socket hang up", true),
    new Error("raft proposal dropped"),
    undefined,
  ])("%s", (error) => {
    expect(OPERATION_ERRORS[codeOf(error)].definite).toBe(false);
  });
});

test("a request that never left happened to nobody", () => {
  const refused = operationError(new TransportError("connect ECONNREFUSED", false), "n2");
  expect(refused).toMatchObject({ code: "connection-refused", node: "n2" });
});

test("what is an operation's error already stays what it is", () => {
  const known = new OperationError("timeout", "no reply");
  expect(operationError(known, "n1")).toBe(known);
});
