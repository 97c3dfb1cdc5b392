/** Interns strings to dense ids in order of first sight. */
export class StringTable {
  readonly #ids = new Map<string, number>();
  readonly names: string[] = [];

  intern(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.names.push(name) - 1;
      this.#ids.set(name, id);
    }
    return id;
  }

  find(name: string): number | undefined {
    return this.#ids.get(name);
  }
}
