const REASON =
  "it is written in Go, whose programs ask the kernel for the time, not the C library: no clock can be put between";

/** `unsupportedFaults` of a store in Go. */
export const GO_CLOCKS: Readonly<Record<string, string>> = {
  "clock-skew": REASON,
  "clock-jump": REASON,
  "clock-drift": REASON,
  "clock-strobe": REASON,
};
