import { OperationError } from "#core/errors";

/** Who keeps which slots, as one node told. */
export interface SlotMap {
  /** The primary first, then its replicas; empty if nobody keeps the slot. */
  keepersOf(slot: number): readonly string[];
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly string[];
}

/** The reply of CLUSTER SLOTS: `[[from, to, [address, port, …], …], …]`. @param nodeAt name of the node at an address */
export function parseSlots(reply: unknown, nodeAt: (address: string) => string | undefined): SlotMap {
  if (!Array.isArray(reply))
    throw new OperationError("unavailable", "CLUSTER SLOTS was answered with no list");
  const ranges = reply.map((entry: unknown): Range => {
    const [from, to, ...addresses] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const nodes = addresses.map((address) => nodeAt(String(Array.isArray(address) ? address[0] : address)));
    return { from: Number(from), to: Number(to), nodes: nodes.filter((node) => node !== undefined) };
  });
  return {
    keepersOf: (slot) => ranges.find(({ from, to }) => from <= slot && slot <= to)?.nodes ?? [],
  };
}

/** What a node answered that does not keep the slot. `isOnce`: for this request alone, since the slot is moving. */
export interface Redirection {
  readonly address: string;
  readonly isOnce: boolean;
}

/** The redirection in an error reply, `MOVED 3999 10.0.0.1:6379` or `ASK …`, if it is one. */
export function redirectionOf(message: string): Redirection | undefined {
  const [, kind, address] = /^(MOVED|ASK) \d+ (\S+):\d+$/.exec(message) ?? [];
  return address === undefined ? undefined : { address, isOnce: kind === "ASK" };
}
