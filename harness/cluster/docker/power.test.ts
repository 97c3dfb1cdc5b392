import { expect, test } from "vitest";
import { lossOf, sizesOf } from "./power.ts";

test("what files had and have not any more; those that grew or stayed lost nothing", () => {
  const before = sizesOf("100 log\n40 a b.txt\n7 gone\n0 empty\n");
  const after = sizesOf("60 log\n40 a b.txt\n90 new\n");
  expect(lossOf(before, after)).toEqual({
    bytes: 47,
    files: [
      { file: "log", before: 100, after: 60 },
      { file: "gone", before: 7, after: null },
      { file: "empty", before: 0, after: null },
    ],
  });
});
