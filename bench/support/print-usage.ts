/** Loaded into a process that is measured (`--import`): prints what it used as the last line of its stderr. */
process.on("exit", () => {
  // Microseconds and kilobytes, as the operating system counts.
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.error(JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1e3 }));
});
