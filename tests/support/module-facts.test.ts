import { describe, expect, test } from "vitest";
import { moduleFacts } from "./module-facts.ts";

const globals = (text: string): readonly string[] => moduleFacts("example.ts", text).globals;
const specifiers = (text: string): readonly string[] => moduleFacts("example.ts", text).specifiers;

describe("globals", () => {
  test.each([
    ["a call", "export const now = () => Date.now();", ["Date"]],
    ["a construction", "export const at = new Date(0);", ["Date"]],
    ["a bare name", "setTimeout(run, 5); function run() {}", ["setTimeout"]],
    ["through globalThis", "globalThis.fetch('x');", ["globalThis"]],
    ["random numbers", "export const r = Math.random();", ["Math", "Math.random"]],
    ["random numbers by computed name", "export const r = Math['random']();", ["Math", "Math.random"]],
    ["a shorthand property", "export const o = { performance };", ["performance"]],
    ["a default value of a parameter", "export const f = (at = Date) => at;", ["Date"]],
    ["behind a type assertion", "export const f = (Date as never)();", ["Date"]],
    ["a computed key", "export const f = (o: never) => o[process];", ["process"]],
    ["one shadowed elsewhere", "export const f = (process: number) => process; process.exit();", ["process"]],
    ["inside a class field", "export class A { at = performance; }", ["performance"]],
  ])("%s is seen", (_, text, expected) => {
    expect(globals(text)).toEqual(expected);
  });

  test.each([
    ["a parameter", "export const f = (process: number) => process + 1;"],
    [
      "a destructured parameter",
      "export function f({ process, at: [Date = 1] }: never) { return [process, Date]; }",
    ],
    ["a loop variable", "for (const process of []) { [process]; }"],
    ["a caught error", "try { [1]; } catch (fetch) { [fetch]; }"],
    ["an import", 'import { process } from "./x.ts"; [process];'],
    ["a property", "export const f = (event: { process: number }) => event.process;"],
    ["a key", "export const o = { process: 1, Date: 2 };"],
    ["a method", "export class A { process() { return this.process; } }"],
    ["a type", "export type T = { at: Date; p: typeof process };"],
    ["an interface", "export interface T { fetch(at: Date): void }"],
    ["a function declared later", "fetch(); function fetch() {}"],
  ])("%s of that name is none", (_, text) => {
    expect(globals(text)).toEqual([]);
  });
});

test("every form of import is seen", () => {
  expect(
    specifiers(`
      import { a } from "./a.ts";
      import type { b } from "./b.ts";
      export { c } from "./c.ts";
      export * from "./d.ts";
      const e = await import("./e.ts");
      export type F = import("./f.ts").F;
    `),
  ).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"]);
});
