import { expect, test } from "vitest";
import { EXIT } from "#core/errors";
import { conclusionOf } from "./test-target.ts";

test.each([
  [{ made: 13, broken: 0, untried: 0 }, false, EXIT.ok, /^redis keeps the contract$/],
  [{ made: 13, broken: 2, untried: 0 }, false, EXIT.broken, /^redis breaks 2 of 13 promises \(/],
  [
    { made: 13, broken: 0, untried: 5 },
    false,
    EXIT.unknown,
    /keeps 8 of 13 promises, and 5 could not be tried/,
  ],
  [{ made: 13, broken: 0, untried: 5 }, true, EXIT.ok, /keeps 8 of 13 promises, and 5 could not be tried/],
  [
    { made: 13, broken: 1, untried: 5 },
    true,
    EXIT.broken,
    /breaks 1 of 13 promises, and 5 could not be tried/,
  ],
])("%j, untried ones allowed: %s: ends with %i", (tally, allowed, exitCode, text) => {
  const conclusion = conclusionOf("redis", tally, allowed);
  expect(conclusion.exitCode).toBe(exitCode);
  expect(conclusion.text).toMatch(text);
});
