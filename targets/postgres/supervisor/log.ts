/** One line of the node's log, beside PostgreSQL's own. */
export const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString()} supervisor: ${text}\n`);
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
