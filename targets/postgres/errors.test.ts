import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS, type OperationError } from "#core/errors";
import { isUnconfirmed, rolledBackError, statementError } from "./errors.ts";

const reply = (code: string, message = "said the server"): Error =>
  Object.assign(new Error(message), { code, severity: "ERROR" });
const isDefinite = (error: OperationError): boolean => OPERATION_ERRORS[error.code].definite;

test.each([
  ["40001", "aborted"],
  ["40P01", "aborted"],
  ["25006", "read-only"],
  ["57P03", "loading"],
  ["53300", "unavailable"],
  ["23505", "rejected"],
  ["42P01", "rejected"],
])("%s: the server undid the statement", (state, code) => {
  const error = statementError(reply(state), "n1");
  expect(error).toMatchObject({ code, node: "n1" });
  expect(isDefinite(error)).toBe(true);
});

describe("what may have been committed is never definite", () => {
  test.each([
    reply("57P01", "terminating connection due to administrator command"),
    reply("57P02"),
    reply("08006"),
    reply("40003"),
    reply("XX000"),
    reply("58030"),
    reply("99999"),
    new Error("Connection terminated unexpectedly"),
    Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
    Object.assign(new Error("no severity"), { code: "40001" }),
    "a string",
    undefined,
  ])("%s", (error) => {
    expect(isDefinite(statementError(error, "n1"))).toBe(false);
  });
});

test("before COMMIT everything is definite, and keeps its own reason where it has one", () => {
  expect(rolledBackError(new Error("Connection terminated unexpectedly"), "n1").code).toBe("aborted");
  expect(rolledBackError(reply("57P01"), "n1").code).toBe("aborted");
  expect(rolledBackError(reply("25006"), "n1").code).toBe("read-only");
});

test("a commit that standbys did not confirm is told by a warning", () => {
  expect(isUnconfirmed("canceling wait for synchronous replication due to user request")).toBe(true);
  expect(isUnconfirmed("canceling the wait for synchronous replication and terminating connection")).toBe(
    true,
  );
  expect(isUnconfirmed("table does not exist, skipping")).toBe(false);
});
