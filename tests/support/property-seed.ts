import fc from "fast-check";

/**
 * Property tests draw the same cases in every run, so that a failure is a change of the code and not of the draw. FUZZ_SEED
 * draws others; fast-check prints the seed of a failure.
 */
const SEED = 20_261_101;

fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"] ?? SEED) });
