import { expect, test } from "vitest";
import type { Json } from "#core/json";
import { MILLISECOND, SECOND } from "#core/units";
import { presetNames } from "./presets/names.ts";
import type { PresetName } from "./presets/names.ts";
import { TinyCluster } from "./testing/cluster.ts";

/** Long enough for many writes to be on their way at once. */
const FLIGHT = 60 * MILLISECOND;
const WRITES = 100;
const PACE = 5 * MILLISECOND;

/** Messages between nodes while each of them gets writes faster than what tells of them arrives. */
function messagesWith(preset: PresetName, copies: number): { readonly sent: number; readonly copies: Json } {
  const cluster = new TinyCluster({ preset }, { flight: FLIGHT, copies });
  cluster.wait(5 * SECOND);
  const before = cluster.sent;
  for (let value = 1; value <= WRITES; value++) {
    for (const node of ["n1", "n2", "n3"] as const) {
      const action = { f: "write", value: `${node} ${value}` } as const;
      cluster.begin(node, { op: "update", key: `x${value % 7}`, object: "register", action });
    }
    cluster.wait(PACE);
  }
  cluster.wait(SECOND);
  return { sent: cluster.sent - before, copies: [...cluster.copies("x1")] };
}

test.each(presetNames)("%s: messages that arrive twice beget no more and more of them", (preset) => {
  const once = messagesWith(preset, 1);
  const twice = messagesWith(preset, 2);
  expect(once.sent).toBeGreaterThan(WRITES);
  expect(twice.sent).toBeLessThan(3 * once.sent);
});
