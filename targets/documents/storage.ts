import type { NodeContext, NodeDisk } from "#core/store-node";
import type { Document, DocumentLibrary } from "./document.ts";

/** Updates of a document that are kept one by one before they become one snapshot. */
const COMPACT_AFTER = 100;

const SNAPSHOT = "snapshot/";
const LOG = "log/";
const KEYS = "keys";

/** A node's documents, in memory and on its disk: of each a snapshot, and the updates since. */
export class Storage {
  readonly #context: NodeContext;
  readonly #disk: NodeDisk;
  readonly #library: DocumentLibrary;
  readonly #documents = new Map<string, Document>();

  /** @param disk that of the context, or one that watches it */
  constructor(context: NodeContext, disk: NodeDisk, library: DocumentLibrary) {
    this.#context = context;
    this.#disk = disk;
    this.#library = library;
    for (const key of disk.read(KEYS)) this.#load(key as string);
  }

  get keys(): readonly string[] {
    return [...this.#documents.keys()];
  }

  find(key: string): Document | undefined {
    return this.#documents.get(key);
  }

  /** The document of the key, an empty one if there was none. */
  open(key: string): Document {
    const found = this.#documents.get(key);
    if (found !== undefined) return found;
    this.#disk.append(KEYS, key);
    return this.#load(key);
  }

  /** Keeps an update that the document has merged. Written, not synced. */
  keep(key: string, update: Uint8Array): void {
    this.#disk.append(LOG + key, textOf(update));
    if (this.#disk.read(LOG + key).length < COMPACT_AFTER) return;
    // Merging what the snapshot holds once more is harmless, so the order of these two is safe whenever the process ends.
    this.#disk.set(SNAPSHOT + key, textOf(this.open(key).save()));
    this.#disk.truncate(LOG + key, 0);
  }

  #load(key: string): Document {
    const document = this.#library.open(key, this.#context);
    const snapshot = this.#disk.get(SNAPSHOT + key);
    if (snapshot !== undefined) document.merge(bytesOf(snapshot as string));
    for (const update of this.#disk.read(LOG + key)) document.merge(bytesOf(update as string));
    this.#documents.set(key, document);
    return document;
  }
}

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
