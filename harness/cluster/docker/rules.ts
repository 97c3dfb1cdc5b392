/**
 * The chain of the filter table that holds every rule of riftcheck and nothing else. The pod's start-up script makes it
 * and lets INPUT jump to it: healing empties this one chain and touches nothing of Docker's (its name server lives in
 * the nat table) nor of the store's.
 */
export const CHAIN = "RIFTCHECK";

/**
 * Input of `iptables-restore --noflush`: appends one rule per source address to the chain. Packets are dropped where they
 * arrive: a drop at the sender would answer UDP senders with EPERM, which no real network does.
 */
export function dropRules(sources: readonly string[]): string {
  const rules = sources.map((source) => `-A ${CHAIN} -s ${source}/32 -j DROP`);
  return ["*filter", ...rules, "COMMIT", ""].join("\n");
}

/** Packets counted by the rules in the output of `iptables -nvxL <chain>`. */
export function droppedPackets(listing: string): number {
  let packets = 0;
  for (const line of listing.split("\n")) {
    const match = /^\s*(\d+)\s+\d+\s+DROP\s/.exec(line);
    if (match !== null) packets += Number(match[1]);
  }
  return packets;
}

/** Rules in the output of `iptables -S <chain>`, without the chain's own declaration. */
export const remainingRules = (listing: string): string[] =>
  listing.split("\n").filter((line) => line.startsWith("-A "));
