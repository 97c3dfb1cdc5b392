import { expect, test } from "vitest";
import { FORMAT_NAMES } from "./format-names.ts";
import { FORMATS } from "./registry.ts";

test("every format is there under its name, and they are tried in the order of the names", () => {
  expect(FORMATS.map(({ name }) => name)).toEqual(FORMAT_NAMES);
});
