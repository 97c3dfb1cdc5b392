import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS } from "#core/errors";
import { CODE, operationError, ReplyError, unless } from "./errors.ts";

const codeOf = (error: unknown) => operationError(error, "n1").code;

test.each([
  [-101, "rejected"],
  [-103, "aborted"],
  [-110, "rejected"],
  [-112, "unavailable"],
  [-118, "unavailable"],
] as const)("the server refused before it made a transaction: %i", (said, code) => {
  expect(codeOf(new ReplyError(said))).toBe(code);
  expect(OPERATION_ERRORS[code].definite).toBe(true);
});

describe("what may have become a transaction is never definite", () => {
  test.each([
    new ReplyError(-1),
    new ReplyError(-4),
    new ReplyError(-7),
    new ReplyError(-999),
    new Error("the server closed the connection"),
    undefined,
  ])("%s", (error) => {
    expect(OPERATION_ERRORS[codeOf(error)].definite).toBe(false);
  });
});

test("one code is an answer, every other stays an error", async () => {
  expect(await unless(CODE.noNode, Promise.resolve(1))).toBe(1);
  expect(await unless(CODE.noNode, Promise.reject(new ReplyError(CODE.noNode)))).toBeUndefined();
  const other = new ReplyError(CODE.nodeExists);
  await expect(unless(CODE.noNode, Promise.reject(other))).rejects.toBe(other);
});
