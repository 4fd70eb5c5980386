import { ActionError } from '../errors.js';

const MOST_READS = 3;

/**
 * Reads and does not give up at the first outage: for what follows after the traffic has moved, where stopping helps nobody. Each read
 * has its own repetitions and waits; a refusal is thrown at once.
 */
export async function readPatiently<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let reads = 1; ; reads += 1) {
    try {
      return await read();
    } catch (thrown) {
      const passes = thrown instanceof ActionError && thrown.reason === 'remote-error';
      if (!passes || reads === MOST_READS) throw thrown;
    }
  }
}
