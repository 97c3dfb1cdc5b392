/** What cannot be done while something is missing. */
export type Need =
  | "everything"
  | "Docker runs"
  | "building images without a registry"
  | "some faults"
  | "riftcheck's own tests";

/** One thing looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in a few words: a version, a path, an error. */
  readonly detail: string;
  /** What is not possible as long as `ok` is false. */
  readonly neededFor: Need;
  /** The command or the sentence that mends it. */
  readonly fix?: string;
}
