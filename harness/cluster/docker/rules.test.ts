import { expect, test } from "vitest";
import {
  CHAIN,
  type DropRule,
  dropRules,
  droppedPackets,
  liftRules,
  OUT_CHAIN,
  remainingRules,
} from "./rules.ts";

const from = (peer: string): DropRule => ({ chain: CHAIN, peer });
const to = (peer: string): DropRule => ({ chain: OUT_CHAIN, peer });

test("one rule per peer, in the chain of its direction, as iptables-restore reads it", () => {
  expect(dropRules([from("10.64.0.11"), to("10.64.0.1")])).toBe(
    "*filter\n-A RIFTCHECK -s 10.64.0.11/32 -j DROP\n-A RIFTCHECK-OUT -d 10.64.0.1/32 -j DROP\nCOMMIT\n",
  );
});

test("each rule is taken away as it was made", () => {
  expect(liftRules([from("10.64.0.11")])).toBe("*filter\n-D RIFTCHECK -s 10.64.0.11/32 -j DROP\nCOMMIT\n");
});

test("packets of the rules asked for are summed; other lines do not count", () => {
  const listing = `-N RIFTCHECK
-A RIFTCHECK -s 10.64.0.11/32 -c 12 720 -j DROP
-A RIFTCHECK -s 10.64.0.1/32 -c 7 420 -j DROP
-A RIFTCHECK -s 10.64.0.12/32 -c 4294967297 2000 -j DROP
-A RIFTCHECK -s 10.64.0.13/32 -c 5 300 -j ACCEPT
-N RIFTCHECK-OUT
-A RIFTCHECK-OUT -d 10.64.0.1/32 -c 3 180 -j DROP
`;
  expect(droppedPackets(listing, [from("10.64.0.11"), from("10.64.0.12")])).toBe(4_294_967_309);
  expect(droppedPackets(listing, [from("10.64.0.1")])).toBe(7);
  expect(droppedPackets(listing, [to("10.64.0.1"), from("10.64.0.13")])).toBe(3);
  expect(droppedPackets("-N RIFTCHECK\n", [from("10.64.0.11")])).toBe(0);
});

test("the chain itself is no rule", () => {
  expect(remainingRules("-N RIFTCHECK\n")).toEqual([]);
  expect(remainingRules("-N RIFTCHECK\n-A RIFTCHECK -s 10.64.0.11/32 -j DROP\n")).toEqual([
    "-A RIFTCHECK -s 10.64.0.11/32 -j DROP",
  ]);
});
