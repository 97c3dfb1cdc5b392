import { statementsOf } from "../sql/statements.ts";

/** As PostgreSQL writes them. */
export const statements = statementsOf({
  parameter: (place) => `$${place}`,
  upsert: (insert, keys, set) => `${insert} ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${set}`,
  insertUnlessThere: (insert) => `${insert} ON CONFLICT DO NOTHING`,
  concatenation: (...parts) => parts.join(" || "),
  inserted: (column) => `EXCLUDED.${column}`,
  present: (table, column) => `${table}.${column}`,
});
