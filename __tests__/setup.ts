import fc from 'fast-check';

/**
 * Property tests use the same seed on every ordinary run, so that a change and not chance makes them fail; the nightly run draws a
 * new one, which fast-check prints with every counterexample. `SEED` sets another.
 */
const seed = process.env.SEED ?? (process.env.NIGHTLY === '1' ? undefined : '20261122');
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
