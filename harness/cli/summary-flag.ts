/** Of `--summary`. */
export const SUMMARY_HELP = "write a summary in Markdown that fits into a comment on a pull request";
