/** What the client asks of each kind of object; parameters in the order in which they are named. */
export interface Statements {
  /** [key] → `v` */
  readonly readRegister: string;
  /** [key, v] */
  readonly writeRegister: string;
  /** [key, v]: unless it is there */
  readonly createRegister: string;
  /** [v, key, old] */
  readonly compareAndSet: string;
  /** [key] → `e` of each element */
  readonly readSet: string;
  /** [key, e] */
  readonly addElement: string;
  /** [key, e] */
  readonly removeElement: string;
  /** [key] → `v`, elements with commas between them */
  readonly readList: string;
  /** [key, v]: puts it behind what is there */
  readonly appendElement: string;
  /** [key, v] */
  readonly writeList: string;
  /** [key] → `n` */
  readonly readCounter: string;
  /** [key, change] */
  readonly addToCounter: string;
  /** [key, n] */
  readonly writeCounter: string;
  /** [key] → `name`, `n` of each account */
  readonly readAccounts: string;
  /** [key, name, name] → `name`, `n` */
  readonly readTwoAccounts: string;
  /** [key, name, change, key, name, change] */
  readonly addToAccounts: string;
  /** [key, name, n, key, name, n] */
  readonly writeAccounts: string;
  /** Rows to lock where there may be none: [key], [key], [key], [key, name, key, name] */
  readonly ensureRegister: string;
  readonly ensureList: string;
  readonly ensureCounter: string;
  readonly ensureAccounts: string;
  /** Begins a transaction of the session's isolation level. */
  readonly begin: string;
}

/** What differs between the stores, for statements that are otherwise the same. */
export interface Dialect {
  /** The nth parameter, counted from 1. */
  parameter(place: number): string;
  /** `INSERT … ` that does this to the row that is there already. `updated` names the row's new values by `new(column)`. */
  upsert(insert: string, keys: readonly string[], set: string): string;
  /** `INSERT …` that does nothing where the row is there already. */
  insertUnlessThere(insert: string): string;
  /** Text put together. */
  concatenation(...parts: readonly string[]): string;
  /** The value that was to be inserted, inside an upsert. */
  inserted(column: string): string;
  /** The value that is there, inside an upsert. */
  present(table: string, column: string): string;
}

/** The statements of one dialect; the tables are those of docker/postgres/schema.sql and docker/galera/schema.sql. */
export function statementsOf(dialect: Dialect): Statements {
  const { parameter: p, inserted, present } = dialect;
  const values = (count: number, from = 1): string =>
    `(${Array.from({ length: count }, (_, i) => p(from + i)).join(", ")})`;
  const oneOf = (table: string, column: string): string =>
    `INSERT INTO ${table} (k, ${column}) VALUES ${values(2)}`;
  const accounts = `INSERT INTO accounts (k, name, n) VALUES ${values(3)}, ${values(3, 4)}`;
  const sum = (table: string): string => `n = ${present(table, "n")} + ${inserted("n")}`;
  const put = (table: string, column: string): string =>
    dialect.upsert(oneOf(table, column), ["k"], `${column} = ${inserted(column)}`);
  return {
    readRegister: `SELECT v FROM registers WHERE k = ${p(1)}`,
    writeRegister: put("registers", "v"),
    createRegister: dialect.insertUnlessThere(oneOf("registers", "v")),
    compareAndSet: `UPDATE registers SET v = ${p(1)} WHERE k = ${p(2)} AND v = ${p(3)}`,
    readSet: `SELECT e FROM elements WHERE k = ${p(1)}`,
    addElement: dialect.insertUnlessThere(oneOf("elements", "e")),
    removeElement: `DELETE FROM elements WHERE k = ${p(1)} AND e = ${p(2)}`,
    readList: `SELECT v FROM lists WHERE k = ${p(1)}`,
    appendElement: dialect.upsert(
      oneOf("lists", "v"),
      ["k"],
      `v = ${dialect.concatenation(present("lists", "v"), "','", inserted("v"))}`,
    ),
    writeList: put("lists", "v"),
    readCounter: `SELECT n FROM counters WHERE k = ${p(1)}`,
    addToCounter: dialect.upsert(oneOf("counters", "n"), ["k"], sum("counters")),
    writeCounter: put("counters", "n"),
    readAccounts: `SELECT name, n FROM accounts WHERE k = ${p(1)}`,
    readTwoAccounts: `SELECT name, n FROM accounts WHERE k = ${p(1)} AND name IN (${p(2)}, ${p(3)})`,
    addToAccounts: dialect.upsert(accounts, ["k", "name"], sum("accounts")),
    writeAccounts: dialect.upsert(accounts, ["k", "name"], `n = ${inserted("n")}`),
    ensureRegister: dialect.insertUnlessThere(`INSERT INTO registers (k, v) VALUES (${p(1)}, NULL)`),
    ensureList: dialect.insertUnlessThere(`INSERT INTO lists (k, v) VALUES (${p(1)}, '')`),
    ensureCounter: dialect.insertUnlessThere(`INSERT INTO counters (k, n) VALUES (${p(1)}, 0)`),
    ensureAccounts: dialect.insertUnlessThere(
      `INSERT INTO accounts (k, name, n) VALUES (${p(1)}, ${p(2)}, 0), (${p(3)}, ${p(4)}, 0)`,
    ),
    begin: "BEGIN",
  };
}
