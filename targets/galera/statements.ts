import { statementsOf } from "../sql/statements.ts";

/** As MariaDB writes them. */
export const statements = statementsOf({
  parameter: () => "?",
  upsert: (insert, _, set) => `${insert} ON DUPLICATE KEY UPDATE ${set}`,
  insertUnlessThere: (insert) => insert.replace(/^INSERT/, "INSERT IGNORE"),
  concatenation: (...parts) => `CONCAT(${parts.join(", ")})`,
  inserted: (column) => `VALUES(${column})`,
  present: (table, column) => `${table}.${column}`,
});
