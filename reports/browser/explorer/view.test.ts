import { describe, expect, test } from "vitest";
import { EVERYTHING, fragmentOf, type View, viewIn } from "./view.ts";

describe("the address of a view", () => {
  test.each<[string, View]>([
    ["#timeline", EVERYTHING],
    ["#timeline?op=12", { ...EVERYTHING, operation: 12 }],
    [
      "#timeline?lanes=key&shown=5-900&range=10-20&find=key%3A%22a+b%22+%E2%80%AEx",
      { ...EVERYTHING, by: "key", shown: [5, 900], range: [10, 20], query: 'key:"a b" \u202ex' },
    ],
  ])("%s", (fragment, view) => {
    expect(fragmentOf(view)).toBe(fragment);
    expect(viewIn(fragment)).toEqual(view);
  });

  test("of another part of the page is none", () => {
    expect(viewIn("#lost-element-9")).toBeUndefined();
    expect(viewIn("")).toBeUndefined();
  });

  test("that somebody made up counts as if it did not say what cannot be read", () => {
    expect(viewIn("#timeline?lanes=colour&op=-1&range=20-10&shown=a-b")).toEqual(EVERYTHING);
  });
});
