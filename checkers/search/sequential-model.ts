/**
 * How one object behaves when operations come one after the other. Pure; states and calls are immutable. A call of unknown
 * outcome can always be made: it changes the state if it can and answers nothing.
 */
export interface SequentialModel<State, Call> {
  readonly initial: State;
  /** The state after the call; undefined if the object could not have answered so in this state. */
  step(state: State, call: Call): State | undefined;
  /** Whether the call changes no state whatever: it only tells of it. */
  isObservation(call: Call): boolean;
  /** Equal for equal states only. */
  keyOf(state: State): string | number;
  /** Room that a state takes, in numbers: what a memory limit counts. */
  sizeOf(state: State): number;
}
