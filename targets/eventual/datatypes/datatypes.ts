import type { ObjectType } from "#core/operation";
import type { Datatype } from "./datatype.ts";

/** What holds each type of object, as the settings choose. Absent: the store has no such objects. */
export type Datatypes = Readonly<Partial<Record<ObjectType, Datatype>>>;
