import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import {
  BUCKET,
  elementOf,
  QUEUES,
  streamConfig,
  streamOf,
  subjectOfElement,
  subjectsOfSet,
} from "./streams.ts";

test.each([7, "a", "a.b c", "*", ">", "ü/%", -1.5])(
  "element %j is one token of a subject, and comes back",
  (element) => {
    const subject = subjectOfElement("set-0", element);
    expect(subject).toMatch(/^\$KV\.riftcheck\.set-0\.[^.\s*>]+$/);
    expect(elementOf(subject)).toBe(element);
    expect(subject.startsWith(subjectsOfSet("set-0").slice(0, -1))).toBe(true);
  },
);

test("a stream has no more replicas than there are servers", () => {
  const replicasOf = (options: Record<string, unknown>, nodes: number) =>
    (streamConfig(BUCKET, optionsSchema.parse(options), nodes) as { num_replicas: number }).num_replicas;
  expect([replicasOf({}, 1), replicasOf({}, 3), replicasOf({}, 5), replicasOf({ replicas: 5 }, 5)]).toEqual([
    ...[1, 3, 3, 5],
  ]);
});

test("queues delete what was acknowledged, the bucket keeps the last of each key", () => {
  const options = optionsSchema.parse({});
  expect(streamConfig(QUEUES, options, 3)).toMatchObject({ retention: "workqueue" });
  expect(streamConfig(BUCKET, options, 3)).toMatchObject({ retention: "limits", max_msgs_per_subject: 1 });
  expect(streamOf("queue")).toBe(QUEUES);
  expect(streamOf("session")).toBe(BUCKET);
  expect(streamOf(undefined)).toBe(BUCKET);
});
