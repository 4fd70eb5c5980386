import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Log } from '../../../src/action/log.js';
import { armSignals, Cancelled, type SignalSource } from '../../../src/action/signals.js';

function fakes() {
  const emitter = new EventEmitter();
  const lines: string[] = [];
  const exits: number[] = [];
  const note = (message: string): void => {
    lines.push(message);
  };
  const log: Log = {
    debug: note,
    info: note,
    notice: note,
    warning: note,
    error: note,
    phase: note,
    endPhase: () => {},
    mask: () => {},
  };
  const source: SignalSource = {
    on: (signal, listener) => emitter.on(signal, listener),
    off: (signal, listener) => emitter.off(signal, listener),
    exit: (code) => exits.push(code),
  };
  return { emitter, lines, exits, log, source };
}

describe('armSignals', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('aborts on the first %s with a reason that says so', (name) => {
    const { emitter, exits, log, source } = fakes();
    const watch = armSignals(source, log);
    expect(watch.cancelled()).toBe(false);
    emitter.emit(name);
    expect(watch.cancelled()).toBe(true);
    expect(watch.signal.reason).toBeInstanceOf(Cancelled);
    expect(String(watch.signal.reason)).toContain(name);
    expect(exits).toEqual([]);
  });

  it('ends at once on the second, saying what was left', () => {
    const { emitter, lines, exits, log, source } = fakes();
    const watch = armSignals(source, log);
    watch.leaving('The endpoint digits has 5 % on version 4.');
    emitter.emit('SIGINT');
    emitter.emit('SIGTERM');
    expect(exits).toEqual([130]);
    expect(lines.at(-1)).toContain('The endpoint digits has 5 % on version 4.');
  });

  it('leaves nothing behind when disarmed', () => {
    const { emitter, log, source } = fakes();
    armSignals(source, log).disarm();
    expect([emitter.listenerCount('SIGINT'), emitter.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });
});
