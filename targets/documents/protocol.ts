import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { Action } from "./document.ts";

/** What clients ask a node. */
export type Request =
  | { readonly op: "status" }
  | { readonly op: "read"; readonly key: string; readonly object: ObjectType }
  | { readonly op: "update"; readonly key: string; readonly object: ObjectType; readonly action: Action };

export interface Refusal {
  readonly error: "rejected";
  readonly reason: string;
}
export interface Answer {
  readonly value?: Json;
}
export type Response = Answer | Refusal;

/** What nodes tell each other; bytes in base64. */
export type Message =
  /** A change that the sender's client made. */
  | { readonly kind: "change"; readonly key: string; readonly bytes: string }
  /** What the sender has of each key. */
  | { readonly kind: "have"; readonly summaries: { readonly [key: string]: string } }
  /** A step of a sync session that `starter` began. */
  | {
      readonly kind: "sync";
      readonly key: string;
      readonly session: string;
      readonly starter: string;
      readonly bytes: string;
    };
