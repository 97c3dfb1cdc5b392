import { stdout } from "node:process";
import { Command } from "commander";
import type { Fault } from "#core/nemesis";
import { MODELS } from "#core/models";
import { ANOMALY_TYPES } from "#core/verdict";
import { checkers } from "../../checkers/registry.ts";
import { targets } from "../../targets/registry.ts";
import { workloads } from "../../workloads/registry.ts";
import { CAPABILITIES } from "../cluster/capabilities.ts";
import { experiments } from "../experiments/registry.ts";
import { faultPackages, faults } from "../nemeses/registry.ts";
import { lookUp } from "./nearest.ts";

type Row = readonly [name: string, summary: string];

const LISTS: Readonly<Record<string, () => readonly Row[]>> = {
  targets: () => Object.values(targets).map(({ name, summary }) => [name, summary]),
  workloads: () => Object.values(workloads).map(({ name, summary }) => [name, summary]),
  experiments: () => Object.values(experiments).map(({ name, summary }) => [name, summary]),
  faults: () => [
    ...Object.entries(faultPackages).map(([name, members]): Row => [name, ofPackage(name, members)]),
    ...Object.values(faults).map((fault): Row => [fault.name, `${fault.summary}${onlyIn(fault)}`]),
  ],
  checkers: () => Object.values(checkers).map(({ name, summary }) => [name, summary]),
  models: () => MODELS.map((name) => [name, decidedBy(name)]),
  anomalies: () => ANOMALY_TYPES.map((name) => [name, ""]),
};

const ofPackage = (name: string, members: readonly string[]): string =>
  name === "all" ? "every fault that is possible" : `all of: ${members.join(", ")}`;

/** Where a fault is possible, unless it is everywhere, and whether it needs a target that offers it. */
function onlyIn({ needs = [], hook, merciless }: Fault): string {
  const able = Object.entries(CAPABILITIES).filter(([, capabilities]) =>
    needs.every((need) => capabilities.includes(need)),
  );
  const limits = [
    ...(needs.length === 0 ? [] : [`--env ${able.map(([name]) => name).join(", ")}`]),
    ...(hook === undefined ? [] : ["targets that offer it"]),
    ...(merciless === undefined ? [] : [`${merciless}: by name, or --no-mercy`]),
  ];
  return limits.length === 0 ? "" : ` (${limits.join("; ")})`;
}

const decidedBy = (model: (typeof MODELS)[number]): string => {
  if (model === "bounded-staleness")
    return "decided where a bound is expected: --expect 'bounded-staleness<=5s'";
  const names = Object.values(checkers).flatMap((checker) =>
    checker.models.includes(model) ? [checker.name] : [],
  );
  return names.length === 0 ? "no checker yet" : `decided by ${names.join(", ")}`;
};

/** `riftcheck list targets|workloads|experiments|faults|checkers|models|anomalies` */
export function listCommand(): Command {
  return new Command("list")
    .description("what there is to choose from")
    .argument("<what>", Object.keys(LISTS).join(", "))
    .action((what: string) => {
      const rows = lookUp("list", what, LISTS)();
      const width = Math.max(...rows.map(([name]) => name.length));
      for (const [name, summary] of rows) stdout.write(`${`${name.padEnd(width)}  ${summary}`.trimEnd()}\n`);
    });
}
