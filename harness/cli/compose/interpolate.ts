/**
 * A text of a Compose file with its variables filled in: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, and `$$` for
 * a dollar. One that is not set and has no default is a problem, not an empty text. Source: the Compose specification, interpolation.
 * @param fail is told the problem, and throws
 */
export function interpolated(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  fail: (problem: string) => never,
): string {
  return text.replace(
    /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?-)([^}]*))?\}|)/g,
    (whole: string, bare?: string, braced?: string, operator?: string, fallback?: string) => {
      if (whole === "$$") return "$";
      const name = bare ?? braced;
      if (name === undefined) return fail(`expected a variable behind $ in ${text}; a dollar itself is $$`);
      const value = environment[name];
      const isMissing = value === undefined || (operator === ":-" && value === "");
      if (!isMissing) return value;
      return operator === undefined
        ? fail(`the variable ${name} is not set here and has no default`)
        : (fallback ?? "");
    },
  );
}
