import { expect, test } from "vitest";
import { showsUnicode } from "./text-options.ts";

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ LANG: "de_DE.UTF-8" }, true],
  [{ LANG: "C.utf8" }, true],
  [{ LANG: "C" }, false],
  [{ LC_ALL: "", LC_CTYPE: "en_US.ISO-8859-1", LANG: "en_US.UTF-8" }, false],
  [{ LC_ALL: "en_US.UTF-8", LANG: "C" }, true],
  [{ LANG: "en_US.UTF-8", TERM: "linux" }, false],
])("%j shows more than ASCII: %s", (environment, expected) => {
  expect(showsUnicode(environment)).toBe(expected);
});
