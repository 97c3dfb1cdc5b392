import type { History } from "#core/history";
import { EventProblem } from "#core/raw-event";
import { type HistoryReader, located } from "../history-reader.ts";
import { EdnScanner, isEndOfBytes } from "./edn-scanner.ts";
import type { ReaderRequest } from "./format.ts";
import { HEADER_COMMENT, headerComment } from "./header-comment.ts";
import { JepsenHistory } from "./jepsen-history.ts";
import { JepsenOperation } from "./jepsen-operation.ts";
import type { FailedCas } from "./options.ts";

const NEWLINE = 10;
const HASH = 35;
const LEFT_PAREN = 40;
const RIGHT_PAREN = 41;
const COLON = 58;
const LEFT_BRACKET = 91;
const RIGHT_BRACKET = 93;
const LEFT_BRACE = 123;
const RIGHT_BRACE = 125;

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** Reads operation maps, one after the other or in one vector or list. */
export class EdnHistory implements HistoryReader {
  readonly #source: string;
  readonly #request: ReaderRequest;
  readonly #failedCas: FailedCas;
  #begun: JepsenHistory | undefined;
  readonly #scanner = new EdnScanner();
  readonly #operation = new JepsenOperation();
  /** Where the operations are: before the first, one after the other, in a vector, behind its end. */
  #place: "start" | "loose" | "inside" | "behind" = "start";
  #line = 0;
  /** Fewer bytes than this are not looked at: the last form was longer than all there was. */
  #wanted = 0;

  constructor(request: ReaderRequest, failedCas: FailedCas) {
    this.#source = request.source;
    this.#request = request;
    this.#failedCas = failedCas;
  }

  get line(): number {
    return this.#line;
  }

  warn(warning: string): void {
    this.#begun?.warn(warning);
  }

  push(bytes: Buffer): number {
    if (bytes.length < this.#wanted || isUnfinishedHeader(bytes)) return 0;
    const used = this.#read(bytes, this.#historyFor(bytes));
    this.#line += linesIn(bytes, used);
    // A long form is tried again when there is twice as much, not at every piece.
    this.#wanted = used === 0 ? bytes.length * 2 : 0;
    return used;
  }

  finish(rest: Buffer): History {
    this.#wanted = 0;
    const left = rest.toString("utf8", this.push(rest)).trim();
    // A comment may end without a line break.
    const isTorn = left !== "" && !left.startsWith(";");
    if (isTorn) this.warn(`line ${this.#line + 1}, the last one, is torn and was left out`);
    else if (this.#place === "inside") this.warn("the end is cut off: the bracket that encloses all is open");
    return this.#historyFor(rest).build();
  }

  /** The first line may say what the keys hold. */
  #historyFor(bytes: Buffer): JepsenHistory {
    if (this.#begun === undefined) {
      const end = bytes.indexOf(NEWLINE);
      const line = bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
      try {
        this.#begun = new JepsenHistory(this.#request, this.#failedCas, headerComment(line));
      } catch (error) {
        throw located(error, this.#source, 1);
      }
    }
    return this.#begun;
  }

  /** Reads whole operations; returns where the first incomplete one begins. */
  #read(bytes: Buffer, history: JepsenHistory): number {
    const scanner = this.#scanner;
    scanner.begin(bytes);
    if (this.#place === "start" && bytes.indexOf(BYTE_ORDER_MARK) === 0) scanner.at = BYTE_ORDER_MARK.length;
    let done = 0;
    try {
      for (;;) {
        const byte = scanner.next();
        if (byte === -1) return bytes.length;
        done = scanner.at;
        this.#form(byte, history);
        done = scanner.at;
      }
    } catch (error) {
      if (isEndOfBytes(error)) return done;
      throw located(error, this.#source, this.#line + 1 + linesIn(bytes, scanner.at));
    }
  }

  #form(byte: number, history: JepsenHistory): void {
    if (byte === LEFT_BRACE && this.#place !== "behind") {
      if (this.#place === "start") this.#place = "loose";
      this.#readOperation(history);
    } else if (byte === HASH && this.#place !== "behind") {
      this.#passTag();
    } else if ((byte === LEFT_BRACKET || byte === LEFT_PAREN) && this.#place === "start") {
      this.#place = "inside";
      this.#scanner.at++;
    } else if ((byte === RIGHT_BRACKET || byte === RIGHT_PAREN) && this.#place === "inside") {
      this.#place = "behind";
      this.#scanner.at++;
    } else {
      throw new EventProblem(
        undefined,
        this.#place === "behind" ? "nothing behind the last bracket" : "a map of an operation: {:type …}",
      );
    }
  }

  /** Records of Clojure are maps with a tag. */
  #passTag(): void {
    this.#scanner.at++;
    this.#scanner.word();
    this.#scanner.nextInside();
  }

  #readOperation(history: JepsenHistory): void {
    const scanner = this.#scanner;
    const operation = this.#operation;
    operation.clear();
    scanner.at++;
    for (;;) {
      const byte = scanner.nextInside();
      if (byte === RIGHT_BRACE) break;
      if (byte !== COLON) throw new EventProblem(undefined, "fields named by keywords such as :type");
      const field = scanner.word();
      operation.set(field, scanner.value());
    }
    scanner.at++;
    history.add(operation);
  }
}

/** The comment that riftcheck writes goes on. */
const isUnfinishedHeader = (bytes: Buffer): boolean =>
  bytes.toString("latin1", 0, HEADER_COMMENT.length) === HEADER_COMMENT && !bytes.includes(NEWLINE);

function linesIn(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
