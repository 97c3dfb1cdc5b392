import { execa } from "execa";
import { expect, test } from "vitest";
import { ownerLives, thisOwner } from "./owner.ts";

test("this process lives", () => {
  expect(ownerLives(thisOwner())).toBe(true);
});

test("a process that ended does not, nor does one that was never named", async () => {
  const { stdout } = await execa("sh", ["-c", "echo $$"]);
  const [host] = thisOwner().split("/");
  expect(ownerLives(`${host}/${stdout}/1`)).toBe(false);
  expect(ownerLives(undefined)).toBe(false);
});

test("a later process of the same number is another", () => {
  const [host, pid] = thisOwner().split("/");
  expect(ownerLives(`${host}/${pid}/1`)).toBe(false);
});

test("of a process on another machine nobody here can tell", () => {
  expect(ownerLives("elsewhere/1/1")).toBe(true);
});
