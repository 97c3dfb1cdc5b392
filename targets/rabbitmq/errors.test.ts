import { expect, test } from "vitest";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import { channelError, preparationError, REPLY, replyCode } from "./errors.ts";

test("what comes after a request leaves its outcome open", () => {
  for (const error of [new Error("Channel closed by server: 404 (NOT-FOUND)"), "gone", undefined]) {
    const { code, node } = channelError(error, "n1");
    expect(node).toBe("n1");
    expect(OPERATION_ERRORS[code].definite).toBe(false);
  }
  const known = new OperationError("aborted", "nothing was taken out");
  expect(channelError(known, "n1")).toBe(known);
});

test("what comes before it happened to nobody", () => {
  const { code, message } = preparationError("declaring queue-0", new Error("no answer in time"), "n1");
  expect(OPERATION_ERRORS[code].definite).toBe(true);
  expect(message).toBe("declaring queue-0: no answer in time");
});

test("reply codes are read from the library's errors", () => {
  expect(replyCode(Object.assign(new Error("405"), { code: 405 }))).toBe(REPLY.resourceLocked);
  expect(replyCode(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))).toBeUndefined();
  expect(replyCode("405")).toBeUndefined();
});
