import { run } from './run.js';

/** A connection or a timer that is still open must not hold the job for longer than this (ms). */
const LINGER_MS = 500;

await run(process.env);
setTimeout(() => process.exit(), LINGER_MS).unref();
