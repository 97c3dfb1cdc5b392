/**
 * Chains of the filter table that hold rules of riftcheck and nothing else. The pod's start-up script makes them and lets INPUT
 * and OUTPUT jump to them: healing empties these and touches nothing of Docker's (its name server lives in the nat table) nor
 * of the store's.
 */
export const CHAIN = "RIFTCHECK";
/** What a node sends to clients: their own packet filter is none of ours. */
export const OUT_CHAIN = "RIFTCHECK-OUT";
/** What makes packets late or lossy; asked after `CHAIN`. */
export const SHAPE_CHAIN = "RIFTCHECK-SHAPE";

/** Packets of one peer, where they are dropped. */
export interface DropRule {
  readonly chain: typeof CHAIN | typeof OUT_CHAIN;
  /** The peer's IPv4 address: of the sender in `CHAIN`, of the receiver in `OUT_CHAIN`. */
  readonly peer: string;
}

const keyOf = ({ chain, peer }: DropRule): string => `${chain} ${chain === CHAIN ? "-s" : "-d"} ${peer}/32`;

/**
 * Input of `iptables-restore --noflush`: appends the rules. Between nodes packets are dropped where they arrive: a drop at the
 * sender would answer UDP senders with EPERM, which no real network does. TCP does not notice the difference.
 */
export const dropRules = (rules: readonly DropRule[]): string =>
  filterTable(rules.map((rule) => `-A ${keyOf(rule)} -j DROP`));

/** As `dropRules`, but takes each rule away again. */
export const liftRules = (rules: readonly DropRule[]): string =>
  filterTable(rules.map((rule) => `-D ${keyOf(rule)} -j DROP`));

export const filterTable = (lines: readonly string[]): string =>
  ["*filter", ...lines, "COMMIT", ""].join("\n");

/** Packets counted by these rules, of the output of `iptables -v -S <chain>`. */
export function droppedPackets(listing: string, rules: readonly DropRule[]): number {
  const asked = new Set(rules.map(keyOf));
  let packets = 0;
  for (const line of listing.split("\n")) {
    const match = /^-A (\S+ -[sd] \S+) -c (\d+) \d+ -j DROP$/.exec(line.trim());
    if (match?.[1] !== undefined && asked.has(match[1])) packets += Number(match[2]);
  }
  return packets;
}

/** Rules in the output of `iptables -S <chain>`, without the chain's own declaration. */
export const remainingRules = (listing: string): string[] =>
  listing.split("\n").filter((line) => line.startsWith("-A "));
