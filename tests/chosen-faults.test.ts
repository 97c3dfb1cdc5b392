import { describe, expect, test } from "vitest";
import type { Target } from "#core/target";
import { chosenFaults } from "../harness/cli/run-settings.ts";
import { etcd } from "../targets/etcd/target.ts";
import { nats } from "../targets/nats/target.ts";
import { redis } from "../targets/redis/target.ts";

const chosen = <Options>(target: Target<Options>, ...names: string[]): string[] =>
  Object.keys(
    chosenFaults(names, {
      target: target as Target,
      targetOptions: target.options.parse({}),
      environment: "docker",
      nodes: 3,
      merciful: true,
    }),
  );
const clocks = (names: readonly string[]): string[] => names.filter((name) => name.startsWith("clock"));

describe("faults in containers", () => {
  test("all of them leaves out clocks where programs ask the kernel for the time", () => {
    expect(clocks(chosen(redis, "all"))).toHaveLength(4);
    for (const target of [etcd, nats]) {
      const names = chosen(target as Target, "all");
      expect(clocks(names)).toEqual([]);
      expect(names).toContain("kill-one");
    }
  });

  test("a fault that is named and cannot be is refused in one line, and so is a package of nothing but such", () => {
    for (const name of ["clock-skew", "clock"])
      expect(() => chosen(etcd, name)).toThrow(`--faults ${name}: etcd cannot: it is written in Go`);
  });

  test("etcd changes its members and hands leadership over", () => {
    expect(chosen(etcd, "member")).toEqual(["member-remove", "member-replace", "leader-transfer"]);
  });
});
