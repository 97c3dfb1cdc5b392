/** Work that a fault does while it is in force. */
export interface Background {
  /** Ends it and waits for its end. @throws what it threw. May be called again. */
  stop(): Promise<void>;
}

/** @param work ends soon after `stop` aborts: it sleeps with the signal */
export function inBackground(work: (stop: AbortSignal) => Promise<void>): Background {
  const control = new AbortController();
  const ended = work(control.signal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    stop: async () => {
      control.abort();
      const failure = await ended;
      if (failure !== undefined) throw failure.error;
    },
  };
}
