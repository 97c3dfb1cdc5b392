import type { Json } from "#core/json";
import { operationsOf, type RecordedOperation, type Recording, valueOf } from "../recording.ts";
import { hasType, type Injection, isOk, tryEach } from "./injection.ts";

interface Char {
  readonly id: Json;
}

const charsOf = (read: RecordedOperation): readonly Char[] => (valueOf(read) ?? []) as unknown as Char[];
const nodeOf = ({ invocation, completion }: RecordedOperation): string | undefined =>
  completion?.node ?? invocation.node;

/** A character that nobody erased vanishes from the last reads of all nodes, or of one. */
const vanish =
  (where: "everywhere" | "one node"): Injection["inject"] =>
  (recording, random) => {
    const all = operationsOf(recording);
    const finals = all.filter((one) => one.f === "read" && isOk(one) && one.isFinal);
    const inserts = all.filter((one) => one.f === "insert" && isOk(one));
    return tryEach(inserts, random, (insert) => {
      const { id } = valueOf(insert) as unknown as Char;
      const ofKey = finals.filter(({ key }) => key === insert.key);
      const shows = (read: RecordedOperation): boolean => charsOf(read).some((char) => char.id === id);
      const isErased = all.some(
        (one) => one.f === "erase" && (one.invocation.value as unknown as Char).id === id,
      );
      const nodes = [...new Set(ofKey.map(nodeOf))];
      if (isErased || nodes.length < 2 || !ofKey.every(shows)) return undefined;
      const node = random.pick(nodes);
      const chosen = ofKey.filter((read) => where === "everywhere" || nodeOf(read) === node);
      for (const read of chosen)
        read.completion!.value = charsOf(read).filter((char) => char.id !== id) as unknown as Json;
      return chosen.map(({ invocation }) => invocation);
    });
  };

/** Two characters change places in the last reads of one node. */
const swap: Injection["inject"] = (recording, random) => {
  const finals = operationsOf(recording).filter((one) => one.f === "read" && isOk(one) && one.isFinal);
  return tryEach(finals, random, ({ key, ...read }) => {
    const ofNode = finals.filter((one) => one.key === key && nodeOf(one) === (read.completion?.node ?? ""));
    const isAlone = finals.every((one) => one.key !== key || ofNode.includes(one));
    if (isAlone || ofNode.some((one) => charsOf(one).length < 2)) return undefined;
    for (const one of ofNode) {
      const [first, second, ...rest] = charsOf(one) as unknown as Json[];
      one.completion!.value = [second!, first!, ...rest];
    }
    return ofNode.map(({ invocation }) => invocation);
  });
};

const hasFinals = (recording: Recording): boolean =>
  hasType(recording, "text") && recording.events.some(({ final }) => final === true);

/** What the last reads of texts can show. */
export const textInjections: readonly Injection[] = [
  { name: "lost character", types: ["lost-char"], applies: hasFinals, inject: vanish("everywhere") },
  {
    name: "character missing on a node",
    types: ["diverged"],
    applies: hasFinals,
    inject: vanish("one node"),
  },
  { name: "another order on a node", types: ["diverged"], applies: hasFinals, inject: swap },
];
