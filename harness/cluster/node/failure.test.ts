import { expect, test } from "vitest";
import type { StoreFailure } from "../store-failure.ts";
import { Callbacks, failureIn, failureLine } from "./failure.ts";

function watched(): { readonly callbacks: Callbacks; readonly told: StoreFailure[] } {
  const told: StoreFailure[] = [];
  return { callbacks: new Callbacks((failure) => told.push(failure)), told };
}
const raise = (message: string) => (): void => {
  throw new RangeError(message);
};

test("the first failure is told, with what the store was doing; nothing runs after it", () => {
  const { callbacks, told } = watched();
  let ran = 0;
  callbacks.run("when a timer fired", undefined, () => ran++);
  callbacks.run("when it got the request below", { op: "fail" }, raise("cannot do that"));
  callbacks.run("when a timer fired", undefined, () => ran++);
  callbacks.run("when a timer fired", undefined, raise("nor this"));
  expect(ran).toBe(1);
  expect(told).toEqual([
    { message: "cannot do that", doing: "when it got the request below", handled: '{"op":"fail"}' },
  ]);
});

test("what is thrown outside of a callback belongs to the last one", () => {
  const { callbacks, told } = watched();
  callbacks.run("when it got the message below from n2", [1], () => undefined);
  callbacks.failed("no disk");
  expect(told).toEqual([
    { message: "no disk", doing: "when it got the message below from n2", handled: "[1]" },
  ]);
});

test("a log tells the last failure, and what led to it", () => {
  const failure = { message: 'odd "text"\nin lines', doing: "while it was made" };
  const earlier = failureLine({ message: "earlier", doing: "while it was made" });
  const log = `2026-01-01 one\n2026-01-01 ${earlier}\ntwo\n2026-01-01 ${failureLine(failure)}\n`;
  expect(failureIn(log)).toEqual({ failure, log: "2026-01-01 one\ntwo" });
  expect(failureIn("one\ntwo\n")).toBeUndefined();
});
