import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ObjectType } from "#core/operation";
import { simulate } from "../harness/api/simulate.ts";
import { propertiesOf } from "../harness/cli/schema-options.ts";
import { optionsSchema } from "../targets/eventual/options.ts";
import { presetNames } from "../targets/eventual/presets/names.ts";
import { presets, settingsOf } from "../targets/eventual/presets/presets.ts";
import { eventual } from "../targets/eventual/target.ts";

const PAGE = join(import.meta.dirname, "../docs/eventual.md");
const HINT =
  "docs/eventual.md is stale: UPDATE_DOCS=1 npx vitest run tests/eventual-docs.test.ts writes its tables anew";

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function presetTable(): string {
  const rows = presetNames.map((name) => {
    const { summary, settings } = presets[name];
    const given = Object.entries(settings).map(([option, value]) => `${kebab(option)} ${String(value)}`);
    return [`\`${name}\``, summary, given.join(", ")];
  });
  return table(["`--preset`", "what it is", "what it sets"], rows);
}

function switchTable(): string {
  const settings = settingsOf(optionsSchema.parse({}));
  const rows = Object.entries(propertiesOf(optionsSchema))
    .filter(([name]) => name !== "preset" && name !== "bug")
    .map(([name, { enum: values, type, description = "" }]) => [
      `\`--${kebab(name)}\``,
      values?.map((value) => `\`${String(value)}\``).join(", ") ?? type ?? "",
      String(settings[name as keyof typeof settings] ?? "") || "–",
      description,
    ]);
  return table(["switch", "values", "where no preset says otherwise", "what it decides"], rows);
}

function claimTable(): string {
  const holding = (preset: (typeof presetNames)[number], type: ObjectType, workload: string): string => {
    const objects = [
      { keys: "*", type, initial: null, order: "unknown", uniqueWrites: true, siblings: false },
    ] as const;
    const context = { workload, objects: [...objects], nodes: 3, faults: ["partition-halves"] };
    const claims = eventual.claims(optionsSchema.parse({ preset }), context);
    return claims.every(({ is }) => is === "holds")
      ? "everything"
      : claims
          .filter(({ is }) => is === "holds")
          .map(({ model }) => `\`${model}\``)
          .join(", ");
  };
  const rows = presetNames.map((name) => [
    `\`${name}\``,
    holding(name, "register", "session"),
    holding(name, "set", "set"),
  ]);
  return table(["preset", "of registers", "of sets"], rows);
}

const TABLES = { presets: presetTable, claims: claimTable, switches: switchTable };

describe("docs/eventual.md", () => {
  test("has the tables that the code gives", () => {
    const page = readFileSync(PAGE, "utf8");
    let fresh = page;
    for (const [name, make] of Object.entries(TABLES)) {
      const place = new RegExp(`(?<=<!-- ${name} -->\n)[^]*?(?=<!-- end -->)`);
      expect(page).toMatch(place);
      fresh = fresh.replace(place, () => `${make()}\n`);
    }
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PAGE, fresh);
    else expect(page, HINT).toBe(fresh);
  });

  test("says where each preset is from", () => {
    const sources = /Where they are from:([^]*?)##/.exec(readFileSync(PAGE, "utf8"))?.[1];
    for (const name of presetNames) expect(sources).toContain(`\`${name}\``);
  });

  const lines = [
    ...readFileSync(PAGE, "utf8").matchAll(
      /^\| `riftcheck run eventual (.*?)` \| (?:`([a-z-]+)`|(nothing))/gm,
    ),
  ];
  test("has commands", () => expect(lines.length).toBeGreaterThan(5));

  test.each(lines.map(([, flags = "", anomaly, nothing]) => [flags, anomaly ?? nothing]))(
    "%s: %s",
    async (flags, shown) => {
      const given = Object.fromEntries(
        [...flags!.matchAll(/--([a-z]+) (\S+)/g)].map(([, name, value]) => [name!, value!]),
      );
      const { preset, counters, workload, faults, time, rate, seed, ...unknown } = given;
      expect(unknown).toEqual({});
      const { verdict } = await simulate(eventual, {
        targetOptions: { preset, ...(counters === undefined ? {} : { counters }) },
        workload: workload!,
        faults: faults!.split(","),
        time: time!,
        rate: Number(rate),
        seed: seed!,
      });
      expect(verdict.valid, verdict.summary).toBe(true);
      const found = Object.keys(verdict.counts);
      if (shown === "nothing") expect(found).toEqual([]);
      else expect(found).toContain(shown);
      if (preset === "cart-orset") expect(found).not.toContain("lost-element");
    },
  );
});
