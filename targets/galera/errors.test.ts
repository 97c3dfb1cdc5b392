import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS, type OperationError } from "#core/errors";
import { isLost, lostError, rolledBackError, statementError } from "./errors.ts";

const reply = (errno: number, message = "said the server"): Error =>
  Object.assign(new Error(message), { errno, sqlState: "HY000" });
const isDefinite = (error: OperationError): boolean => OPERATION_ERRORS[error.code].definite;

test.each([
  [1213, "aborted"],
  [1020, "aborted"],
  [1205, "aborted"],
  [1047, "unavailable"],
  [1040, "unavailable"],
  [1062, "rejected"],
  [1146, "rejected"],
])("%i: the server undid the statement", (errno, code) => {
  const error = statementError(reply(errno), "n1", "UPDATE");
  expect(error).toMatchObject({ code, node: "n1" });
  expect(isDefinite(error)).toBe(true);
});

describe("what may have been committed is never definite", () => {
  test.each([
    reply(1180, "Got error 6 during COMMIT"),
    reply(1053),
    reply(1317),
    reply(1927),
    reply(4242),
    new Error("Connection lost: The server closed the connection."),
    Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", errno: -104 }),
    Object.assign(new Error("said by nobody"), { errno: 1213 }),
    "a string",
    undefined,
  ])("%s", (error) => {
    expect(isDefinite(statementError(error, "n1", "UPDATE"))).toBe(false);
  });
});

test("a COMMIT that waited too long may be anything", () => {
  expect(statementError(reply(1205), "n1", "COMMIT").code).toBe("unknown");
  expect(statementError(reply(1213), "n1", "COMMIT").code).toBe("aborted");
});

test.each<[string, string | undefined, string | undefined, boolean]>([
  ["saw no change of the group", "7", "7", true],
  ["saw one", "7", "8", false],
  ["had not said", undefined, "7", false],
  ["does not answer: it is outside the majority", "7", undefined, false],
  ["never said", undefined, undefined, false],
])("a commit lost on a node that %s is definite: %4$s", (_, before, after, definite) => {
  const meant = statementError(reply(1213), "n1", "COMMIT");
  const error = lostError(meant, before, after);
  expect(isDefinite(error)).toBe(definite);
  expect(error.node).toBe("n1");
});

test("only the server tells that a transaction was lost", () => {
  expect(isLost(reply(1213))).toBe(true);
  expect(isLost(reply(1205))).toBe(false);
  expect(isLost(Object.assign(new Error("said by nobody"), { errno: 1213 }))).toBe(false);
});

test("before COMMIT everything is definite, and keeps its own reason where it has one", () => {
  expect(rolledBackError(new Error("read ECONNRESET"), "n1").code).toBe("aborted");
  expect(rolledBackError(reply(1317), "n1").code).toBe("aborted");
  expect(rolledBackError(reply(1047), "n1").code).toBe("unavailable");
});
