-- What clients keep, one table for each kind of object; values and elements are JSON text.
CREATE TABLE registers (k text PRIMARY KEY, v text);
CREATE TABLE elements (k text, e text, PRIMARY KEY (k, e));
CREATE TABLE lists (k text PRIMARY KEY, v text NOT NULL);
CREATE TABLE counters (k text PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE accounts (k text, name text, n bigint NOT NULL, PRIMARY KEY (k, name));
-- Every primary since the beginning: the first thing it writes.
CREATE TABLE primaries (term bigint PRIMARY KEY, node text NOT NULL);
