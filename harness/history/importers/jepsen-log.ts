import type { History } from "#core/history";
import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { EdnScanner, isEndOfBytes } from "./edn-scanner.ts";
import type { ReaderRequest } from "./format.ts";
import { JepsenHistory } from "./jepsen-history.ts";
import { JepsenOperation } from "./jepsen-operation.ts";
import type { LineImporter } from "./text-lines.ts";

/**
 * `INFO  jepsen.util - 0	:invoke	:write	3`, also as in `history.txt`, which has no prefix: process, type, function, value,
 * and with some an error.
 */
const OPERATION =
  /^(?:.{0,200}\bjepsen\.\S{1,80}(?: -)?\s+)?(?<process>\d+|:nemesis)\s+(?<type>:(?:invoke|ok|fail|info))\s+(?<f>:\S+)(?:\s+(?<rest>.*))?$/;

/** Whether a line of a log tells of an operation. */
export const isLoggedOperation = (line: string): boolean => OPERATION.test(line);

/** Reads the log of a Jepsen test. Lines that tell of no operation are passed over. */
export class JepsenLog implements LineImporter {
  readonly #history: JepsenHistory;
  readonly #operation = new JepsenOperation();
  readonly #scanner = new EdnScanner();

  constructor(request: ReaderRequest) {
    // A log shows a refused compare-and-set as a failure; its timeouts are `:info`.
    this.#history = new JepsenHistory(request, "observation");
  }

  line(text: string): void {
    const match = OPERATION.exec(text);
    if (match === null) return;
    const { process = "", type = "", f = "", rest = "" } = match.groups ?? {};
    const op = this.#operation;
    op.clear();
    op.set(":process", process.startsWith(":") ? process : Number(process));
    op.set(":type", type);
    op.set(":f", f);
    const [value, error] = process.startsWith(":") ? [rest] : this.#values(rest);
    if (value !== undefined) op.set(":value", value);
    if (error !== undefined) op.set(":error", error);
    this.#history.add(op);
  }

  warn(warning: string): void {
    this.#history.warn(warning);
  }

  build(): History {
    return this.#history.build();
  }

  #values(text: string): Json[] {
    const scanner = this.#scanner;
    scanner.begin(Buffer.from(`${text}\n`));
    const values: Json[] = [];
    try {
      while (scanner.next() !== -1) values.push(scanner.value());
    } catch (error) {
      if (!isEndOfBytes(error)) throw error;
      throw new EventProblem("value", "a whole value");
    }
    return values;
  }
}
