/** Marks of a logarithmic axis of milliseconds at 1, 2 and 5 of each power of ten: enough to read values between them. */
const DIGIT = "datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-6))";
export const IS_ROUND = `indexof([1, 2, 5], round(${DIGIT})) >= 0 && abs(${DIGIT} - round(${DIGIT})) < 1e-6`;
export const DURATION_TEXT =
  "datum.value >= 1000 ? format(datum.value / 1000, '~r') + ' s' : datum.value >= 1 ? format(datum.value, '~r') + ' ms' : format(datum.value * 1000, '~r') + ' µs'";
/** What to write at such a mark. */
export const LABEL = `${IS_ROUND} ? (${DURATION_TEXT}) : ''`;
