import { expect, test } from "vitest";
import { follow } from "./build.ts";

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

test("a good build ends quietly and tells its steps", async () => {
  const steps: string[] = [];
  const messages = chunks(
    '{"stream":"Step 1/2 : FR',
    'OM x\\n"}\n{"stream":" ---> 123\\n"}\n',
    '{"stream":"Step 2/2 : RUN y\\n"}',
  );
  await follow(messages, (step) => steps.push(step));
  expect(steps).toEqual(["Step 1/2 : FROM x", "Step 2/2 : RUN y"]);
});

test("a failed build ends like a good one, but for one message: the last lines come with it", async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `${JSON.stringify({ stream: `line ${i}\n` })}\n`);
  const failure = `${JSON.stringify({ error: "returned a non-zero code: 100", errorDetail: {} })}\n`;
  const error = await follow(chunks(...lines, failure)).then(
    () => undefined,
    (thrown: unknown) => String(thrown),
  );
  expect(error).toMatch(/line 29\nreturned a non-zero code: 100$/);
  expect(error).not.toContain("line 9\n");
});
