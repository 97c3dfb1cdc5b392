import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { HarnessError } from "#core/errors";

/** A program that exists and may be run, by its full path, and its arguments. */
export interface ProgramCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

/**
 * The program and the arguments of a command line. A path that exists is one word, spaces or not. @throws HarnessError `usage`
 * if there is no such program or it may not be run
 */
export function resolveCommand(text: string, folder: string, searchPath: string): ProgramCommand {
  const words = isFile(resolve(folder, text)) ? [text] : splitWords(text);
  const [name, ...rest] = words;
  if (name === undefined) throw problem(text, "expected a program");
  const program = name.includes("/") || isFile(resolve(folder, name)) ? resolve(folder, name) : undefined;
  if (program === undefined) return { program: onPath(text, name, searchPath), arguments: rest };
  if (!existsSync(program)) throw problem(text, `there is no file ${name}`);
  if (!isFile(program)) throw problem(text, `${name} is a folder, not a program`);
  if (!isExecutable(program)) {
    throw problem(
      text,
      `${name} is not executable`,
      `chmod +x ${name}, or name its interpreter: --bin "node ${name}"`,
    );
  }
  return { program, arguments: rest };
}

const problem = (text: string, what: string, hint?: string): HarnessError =>
  new HarnessError("usage", `--bin ${text}: ${what}`, hint === undefined ? {} : { hint });

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(text: string, name: string, searchPath: string): string {
  const found = searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => isFile(path) && isExecutable(path));
  if (found === undefined)
    throw problem(text, `there is no program ${name} in the current folder or on the PATH`);
  return found;
}

/** Words of a command line: blanks separate them, quotes and backslashes keep them together, as in a shell. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === "\\" && quote !== "'") word = (word ?? "") + (text[++i] ?? "\\");
    else if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") throw problem(text, `the quote ${quote} is never closed`);
  return word === undefined ? words : [...words, word];
}
