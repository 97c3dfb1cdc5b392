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

/** As `dropRules`, but takes each rule away again. */
export const liftRules = (sources: readonly string[]): string =>
  dropRules(sources).replaceAll(`-A ${CHAIN}`, `-D ${CHAIN}`);

/** Packets counted by the rules in the output of `iptables -nvxL <chain>`: those for these sources, or all. */
export function droppedPackets(listing: string, sources?: ReadonlySet<string>): number {
  let packets = 0;
  for (const line of listing.split("\n")) {
    const [count, , action, ...rest] = line.trim().split(/\s+/);
    if (action !== "DROP" || (sources !== undefined && !rest.some((word) => sources.has(word)))) continue;
    packets += Number(count);
  }
  return packets;
}

/** Rules in the output of `iptables -S <chain>`, without the chain's own declaration. */
export const remainingRules = (listing: string): string[] =>
  listing.split("\n").filter((line) => line.startsWith("-A "));
