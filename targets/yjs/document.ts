import type * as Yjs from "yjs";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { NodeContext } from "#core/store-node";
import type { Action, Document, DocumentLibrary, SyncSession } from "../documents/document.ts";
import {
  type Char,
  integerOf,
  noSuchObject,
  noSuchOperation,
  notHere,
  type TextAction,
  textActionOf,
} from "../documents/actions.ts";
import { bytesOf, textOf } from "../documents/storage.ts";

/** The package, whoever loaded it. */
export type Library = typeof Yjs;

export const SETS = ["array", "map"] as const;
export interface YjsOptions {
  /** What sets are made of. */
  readonly sets: (typeof SETS)[number];
}

/** Documents of Yjs: a text, maps and an array at the top, which need no creating. */
export const yjsLibrary = (library: Library, options: YjsOptions): DocumentLibrary => ({
  open: (key, context) => new YjsDocument(library, options, key, context),
});

class YjsDocument implements Document {
  readonly #library: Library;
  readonly #sets: YjsOptions["sets"];
  readonly #node: string;
  readonly #client: number;
  readonly #doc: Yjs.Doc;

  constructor(library: Library, { sets }: YjsOptions, key: string, { node, peers }: NodeContext) {
    this.#library = library;
    this.#sets = sets;
    this.#node = node;
    this.#client = [node, ...peers].toSorted().indexOf(node) + 1;
    this.#doc = new library.Doc({ guid: key });
  }

  read(object: ObjectType): Json {
    switch (object) {
      case "register":
        return (this.#doc.getMap("register").get("value") as Json | undefined) ?? null;
      case "counter":
        return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
      case "set":
        return this.#elements().map((element) => JSON.parse(element) as Json);
      case "text":
        return this.#chars();
      default:
        throw noSuchObject(object);
    }
  }

  update(object: ObjectType, action: Action): Uint8Array | undefined {
    const edit = this.#edit(object, action);
    let update: Uint8Array | undefined;
    const keep = (bytes: Uint8Array): void => void (update = bytes);
    // The library takes a random number, and another once it merges changes of its own that it did not know.
    this.#doc.clientID = this.#client;
    this.#doc.once("update", keep);
    this.#doc.transact(edit);
    this.#doc.off("update", keep);
    return update;
  }

  merge(update: Uint8Array): void {
    this.#library.applyUpdate(this.#doc, update);
  }

  save(): Uint8Array {
    return this.#library.encodeStateAsUpdate(this.#doc);
  }

  /** Erasing makes no entry in the state vector: the snapshot has it, and what is erased. */
  summary(): string {
    const snapshot = this.#library.snapshot(this.#doc);
    const clients = [...snapshot.sv].toSorted(([a], [b]) => a - b);
    const erased = [...snapshot.ds.clients]
      .toSorted(([a], [b]) => a - b)
      .map(([client, items]) => [client, items.map(({ clock, len }) => [clock, len])]);
    return JSON.stringify([clients, erased]);
  }

  /** Two steps, as those of y-protocols: what I have; what you lack, and what I have. */
  startSync(): SyncSession {
    let hasSaid = false;
    let answer: Uint8Array | undefined;
    return {
      next: () => {
        const update = answer;
        answer = undefined;
        if (hasSaid && update === undefined) return undefined;
        const vector = hasSaid ? undefined : this.#library.encodeStateVector(this.#doc);
        hasSaid = true;
        return encodeStep({ vector, update });
      },
      receive: (message) => {
        const { vector, update } = decodeStep(message);
        if (vector !== undefined) answer = this.#library.encodeStateAsUpdate(this.#doc, vector);
        if (update === undefined) return [];
        this.merge(update);
        return [update];
      },
    };
  }

  get #counts(): Yjs.Map<number> {
    return this.#doc.getMap<number>("counter");
  }

  #edit(object: ObjectType, action: Action): () => void {
    const { f, value } = action;
    if (object === "register" && f === "write")
      return () => void this.#doc.getMap("register").set("value", value);
    if (object === "counter" && f === "increment") {
      const count = (this.#counts.get(this.#node) ?? 0) + integerOf(action);
      return () => void this.#counts.set(this.#node, count);
    }
    if (object === "set" && (f === "add" || f === "remove")) return this.#setEdit(f, JSON.stringify(value));
    if (object === "text") return this.#typed(textActionOf(action));
    throw noSuchOperation(object, action);
  }

  #elements(): readonly string[] {
    if (this.#sets === "map") return [...this.#doc.getMap("set").keys()];
    return [...new Set(this.#doc.getArray<string>("elements"))];
  }

  #setEdit(f: "add" | "remove", element: string): () => void {
    if (this.#sets === "map") {
      const map = this.#doc.getMap("set");
      return () => void (f === "add" ? map.set(element, true) : map.delete(element));
    }
    const array = this.#doc.getArray<string>("elements");
    if (f === "add") return () => array.push([element]);
    return () => {
      for (let index = array.length - 1; index >= 0; index--)
        if (array.get(index) === element) array.delete(index);
    };
  }

  get #text(): Yjs.Text {
    return this.#doc.getText("text");
  }

  /** By the id that the client gave a character: where it stands, as the library names places. */
  get #places(): Yjs.Map<string> {
    return this.#doc.getMap<string>("places");
  }

  #typed(action: TextAction): () => void {
    const text = this.#text;
    if (action.f === "erase") {
      const { index, isShown } = this.#place(action.id);
      return () => void (isShown && text.delete(index, 1));
    }
    const { id, after, char } = action;
    const anchor = after === null ? undefined : this.#place(after);
    const at = anchor === undefined ? 0 : anchor.index + (anchor.isShown ? 1 : 0);
    return () => {
      text.insert(at, char);
      this.#places.set(id, this.#placeAt(at));
    };
  }

  /** Where a character stands, or stood before it was erased. @throws OperationError `rejected` if it is not known here */
  #place(id: string): { readonly index: number; readonly isShown: boolean } {
    const place = this.#places.get(id);
    if (place === undefined) throw notHere(id);
    const position = this.#library.createRelativePositionFromJSON(JSON.parse(place));
    const found = this.#library.createAbsolutePositionFromRelativePosition(position, this.#doc);
    if (found === null) throw notHere(id);
    return {
      index: found.index,
      isShown: found.index < this.#text.length && this.#placeAt(found.index) === place,
    };
  }

  #placeAt(index: number): string {
    return JSON.stringify(this.#library.createRelativePositionFromTypeIndex(this.#text, index));
  }

  #chars(): readonly Char[] {
    const ids = new Map([...this.#places].map(([id, place]) => [place, id]));
    return Array.from(this.#text.toString(), (char, index) => ({ id: ids.get(this.#placeAt(index))!, char }));
  }
}

interface Step {
  readonly vector: Uint8Array | undefined;
  readonly update: Uint8Array | undefined;
}

const encodeStep = ({ vector, update }: Step): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify([vector ?? null, update ?? null].map((part) => part && textOf(part))),
  );

function decodeStep(message: Uint8Array): Step {
  const parts = JSON.parse(new TextDecoder().decode(message)) as readonly (string | null)[];
  const [vector, update] = parts.map((part) => (part === null ? undefined : bytesOf(part)));
  return { vector, update };
}
