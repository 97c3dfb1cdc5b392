import { expect, test } from "vitest";
import { dropRules, droppedPackets, liftRules, remainingRules } from "./rules.ts";

test("one rule per source, in the one chain, as iptables-restore reads it", () => {
  expect(dropRules(["10.64.0.11", "10.64.0.12"])).toBe(
    "*filter\n-A RIFTCHECK -s 10.64.0.11/32 -j DROP\n-A RIFTCHECK -s 10.64.0.12/32 -j DROP\nCOMMIT\n",
  );
});

test("each rule is taken away as it was made", () => {
  expect(liftRules(["10.64.0.11"])).toBe("*filter\n-D RIFTCHECK -s 10.64.0.11/32 -j DROP\nCOMMIT\n");
});

test("packets of all drop rules are summed; other lines do not count", () => {
  const listing = `Chain RIFTCHECK (1 references)
    pkts      bytes target     prot opt in     out     source               destination
      12      720 DROP       0    --  *      *       10.64.0.11           0.0.0.0/0
 4294967297 2000 DROP       0    --  *      *       10.64.0.12           0.0.0.0/0
       5      300 ACCEPT     0    --  *      *       0.0.0.0/0            0.0.0.0/0
`;
  expect(droppedPackets(listing)).toBe(4_294_967_309);
  expect(droppedPackets(listing, new Set(["10.64.0.11", "10.64.0.1"]))).toBe(12);
  expect(droppedPackets("Chain RIFTCHECK (1 references)\n")).toBe(0);
});

test("the chain itself is no rule", () => {
  expect(remainingRules("-N RIFTCHECK\n")).toEqual([]);
  expect(remainingRules("-N RIFTCHECK\n-A RIFTCHECK -s 10.64.0.11/32 -j DROP\n")).toEqual([
    "-A RIFTCHECK -s 10.64.0.11/32 -j DROP",
  ]);
});
