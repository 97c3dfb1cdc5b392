import type * as Automerge from "@automerge/automerge";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { NodeContext } from "#core/store-node";
import type { Action, Document, DocumentLibrary, SyncSession } from "../documents/document.ts";
import { withChanceOf } from "./chance.ts";
import {
  type Char,
  integerOf,
  noSuchObject,
  noSuchOperation,
  notHere,
  type TextAction,
  textActionOf,
} from "../documents/actions.ts";

/** The package, whoever loaded it. */
export type Library = typeof Automerge;

/** What a key's document holds: one place for each type of object. */
interface Content extends Record<string, unknown> {
  /** JSON. */
  register: Automerge.ImmutableString;
  counter: Automerge.Counter;
  /** By the JSON of the element. */
  set: Record<string, true>;
  text: string;
  /** By the id that the client gave a character: the library's cursor to it. */
  cursors: Record<string, string>;
}
type Doc = Automerge.Doc<Content>;

/** Times of changes are advisory; left out they would be those of the machine. */
const AT = { time: 0 } as const;
const TEXT = ["text"];

/**
 * Documents of Automerge. All nodes start a document from one and the same first change: lists, maps and counters that two nodes
 * create by themselves at one place are different objects, of which one would hide the other and all that is in it.
 */
export function automergeLibrary(library: Library): DocumentLibrary {
  const empty = library.change(library.init<Content>({ actor: "00" }), AT, (doc) => {
    doc.register = new library.ImmutableString("null");
    doc.counter = new library.Counter(0);
    doc.set = {};
    doc.text = "";
    doc.cursors = {};
  });
  return {
    open: (key, { node, random }: NodeContext) => {
      const doc = withChanceOf(random.fork(key), () => library.clone(empty, { actor: actorOf(node) }));
      return new AutomergeDocument(library, doc);
    },
  };
}

/** Actors are named in hexadecimal digits. */
const actorOf = (node: string): string => Buffer.from(node).toString("hex");

class AutomergeDocument implements Document {
  readonly #library: Library;
  #doc: Doc;

  constructor(library: Library, doc: Doc) {
    this.#library = library;
    this.#doc = doc;
  }

  read(object: ObjectType): Json {
    const { register, counter, set } = this.#doc;
    switch (object) {
      case "register":
        return JSON.parse(register.toString()) as Json;
      case "counter":
        return counter.value;
      case "set":
        return Object.keys(set).map((element) => JSON.parse(element) as Json);
      case "text":
        return this.#chars();
      default:
        throw noSuchObject(object);
    }
  }

  update(object: ObjectType, action: Action): Uint8Array | undefined {
    const edit = this.#edit(object, action);
    const before = this.#library.getHeads(this.#doc);
    this.#doc = this.#library.change(this.#doc, AT, edit);
    const [change] = this.#library.getChangesSince(this.#doc, before);
    return change;
  }

  merge(update: Uint8Array): void {
    this.#doc = this.#library.loadIncremental(this.#doc, update);
  }

  save(): Uint8Array {
    return this.#library.save(this.#doc);
  }

  summary(): string {
    return this.#library.getHeads(this.#doc).toSorted().join(" ");
  }

  /** The library's own protocol: heads and Bloom filters. */
  startSync(): SyncSession {
    let state = this.#library.initSyncState();
    return {
      next: () => {
        const [after, message] = this.#library.generateSyncMessage(this.#doc, state);
        state = after;
        return message ?? undefined;
      },
      receive: (message) => {
        const before = this.#library.getHeads(this.#doc);
        [this.#doc, state] = this.#library.receiveSyncMessage(this.#doc, state, message);
        return this.#library.getChangesSince(this.#doc, before);
      },
    };
  }

  #edit(object: ObjectType, action: Action): (doc: Content) => void {
    const { f, value } = action;
    if (object === "register" && f === "write")
      return (doc) => void (doc.register = new this.#library.ImmutableString(JSON.stringify(value)));
    if (object === "counter" && f === "increment") {
      const delta = integerOf(action);
      return (doc) => void doc.counter.increment(delta);
    }
    if (object === "set" && f === "add") return (doc) => void (doc.set[JSON.stringify(value)] = true);
    if (object === "set" && f === "remove") return (doc) => void delete doc.set[JSON.stringify(value)];
    if (object === "text") return this.#typed(textActionOf(action));
    throw noSuchOperation(object, action);
  }

  #typed(action: TextAction): (doc: Content) => void {
    if (action.f === "erase") {
      const { index, isShown } = this.#place(action.id);
      return (doc) => void (isShown && this.#library.splice(doc, TEXT, index, 1));
    }
    const { id, after, char } = action;
    const anchor = after === null ? undefined : this.#place(after);
    const at = anchor === undefined ? 0 : anchor.index + (anchor.isShown ? 1 : 0);
    return (doc) => {
      this.#library.splice(doc, TEXT, at, 0, char);
      doc.cursors[id] = this.#library.getCursor(doc, TEXT, at);
    };
  }

  /** Where a character stands, or stood before it was erased. @throws OperationError `rejected` if it is not known here */
  #place(id: string): { readonly index: number; readonly isShown: boolean } {
    const cursor = this.#doc.cursors[id];
    if (cursor === undefined) throw notHere(id);
    const index = this.#library.getCursorPosition(this.#doc, TEXT, cursor);
    return { index, isShown: index < this.#doc.text.length && this.#cursorAt(index) === cursor };
  }

  #cursorAt(index: number): string {
    return this.#library.getCursor(this.#doc, TEXT, index);
  }

  #chars(): readonly Char[] {
    const { text, cursors } = this.#doc;
    const ids = new Map(Object.entries(cursors).map(([id, cursor]) => [cursor, id]));
    return Array.from(text, (char, index) => ({ id: ids.get(this.#cursorAt(index))!, char }));
  }
}
