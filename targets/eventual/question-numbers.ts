import type { NodeContext } from "#core/store-node";

/** Questions that one process may ask before its numbers run into those of another. */
const NUMBERS = 2 ** 20;

/**
 * What a process numbers its questions from. An answer may arrive after the process that asked was killed and another started
 * on the node: were both to count from one, the answer would be taken for that to another question.
 */
export const firstQuestion = (context: NodeContext): number =>
  context.random.fork("questions").uint32() * NUMBERS;
