import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ANOMALY_TYPES } from "#core/verdict";
import { ANOMALY_WORDS } from "../reports/words.ts";

const PAGE = readFileSync(new URL("../docs/anomalies.md", import.meta.url), "utf8");
const sections = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((section) => {
      const [name = "", ...lines] = section.split("\n");
      return [name, lines.join("\n")] as const;
    }),
);

test("every type of anomaly has its section, and nothing else has one", () => {
  expect([...sections.keys()]).toEqual([...ANOMALY_TYPES]);
});

test.each(ANOMALY_TYPES)("%s has the report's definition and an example of three lines", (type) => {
  const section = sections.get(type) ?? "";
  expect(section).toContain(`**${ANOMALY_WORDS[type].title}.** ${ANOMALY_WORDS[type].definition}`);
  const example = /```\n([^]*?)\n```/.exec(section)?.[1] ?? "";
  expect(example.split("\n").filter((line) => line.trim() !== "")).toHaveLength(3);
});
