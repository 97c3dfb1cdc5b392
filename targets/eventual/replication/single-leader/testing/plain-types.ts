import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Datatype, Updated } from "../../../datatypes/datatype.ts";
import type { Datatypes } from "../../../datatypes/datatypes.ts";
import type { Action } from "../../../protocol.ts";

/** One value that actions change one after the other. */
const plain = (initial: Json, apply: (value: Json, action: Action) => Updated): Datatype => ({
  update: (state, action) => apply(state ?? initial, action),
  merge: (a) => a,
  read: (state) => state ?? initial,
});

const unknown = (what: string, { f }: Action): never => {
  throw new OperationError("rejected", `a ${what} has no ${f}`);
};

/** Registers (write, cas, delete), sets (add, remove) and counters (increment), each one plain value. */
export const plainTypes: Datatypes = {
  register: plain(null, (value, action) => {
    if (action.f === "write") return { state: action.value };
    if (action.f === "delete") return { state: null };
    if (action.f !== "cas") return unknown("register", action);
    const [from, to] = action.value as [Json, Json];
    return value === from ? { state: to, result: true } : { state: value, result: false };
  }),
  set: plain([], (value, action) => {
    const elements = value as readonly Json[];
    if (action.f === "remove") return { state: elements.filter((element) => element !== action.value) };
    if (action.f !== "add") return unknown("set", action);
    return { state: elements.includes(action.value) ? elements : [...elements, action.value] };
  }),
  counter: plain(0, (value, action) =>
    action.f === "increment"
      ? { state: (value as number) + (action.value as number) }
      : unknown("counter", action),
  ),
};
