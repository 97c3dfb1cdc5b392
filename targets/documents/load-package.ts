import { createRequire } from "node:module";
import { HarnessError } from "#core/errors";

const load = createRequire(import.meta.url);

/**
 * A library that few users need and that therefore is no dependency: loaded when a store is made of it.
 * @throws HarnessError `usage` where it is not installed
 */
export function loadPackage<Library>(name: string, target: string): Library {
  try {
    return load(name) as Library;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== "MODULE_NOT_FOUND") throw cause;
    throw new HarnessError("usage", `${target} needs the package ${name}, which is not installed`, {
      hint: `npm install ${name}`,
      cause,
    });
  }
}
