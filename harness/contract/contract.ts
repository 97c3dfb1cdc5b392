import type { Subject } from "./subject.ts";

/** One promise of a target or of its clients, tried against a running cluster. */
export interface ContractCheck {
  /** What is promised, as a sentence that is true of a good target. */
  readonly promise: string;
  /**
   * Tries it, and leaves the cluster as it found it.
   * @returns why it was not tried; undefined: the promise is kept. @throws ContractBroken
   */
  try(subject: Subject): Promise<NotTried | undefined>;
}

/** `not made`: the target does not promise it, as it may; `untried`: it does, and nobody knows whether it is kept. */
export interface NotTried {
  readonly is: "not made" | "untried";
  readonly why: string;
}

export const untried = (why: string): NotTried => ({ is: "untried", why });
export const notMade = (why: string): NotTried => ({ is: "not made", why });

/** A promise that the target does not keep: what happened, in one line. */
export class ContractBroken extends Error {
  override readonly name = "ContractBroken";
}

export function broken(message: string): never {
  throw new ContractBroken(message);
}
