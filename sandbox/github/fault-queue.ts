import type { Fault, FaultQueue } from './types.js';

interface Waiting {
  readonly fault: Fault;
  readonly matches: (method: string, path: string) => boolean;
  /** Matching requests still to let pass. */
  skip: number;
  left: number;
}

/** Faults in waiting. The first one that matches a request and is due takes it. */
export class WaitingFaults implements FaultQueue {
  private readonly waiting: Waiting[] = [];

  add(fault: Fault): void {
    const path = typeof fault.path === 'string' ? templateExpression(fault.path) : fault.path;
    this.waiting.push({
      fault,
      matches: (method, asked) => (fault.method ?? method) === method && path.test(asked),
      skip: (fault.nth ?? 1) - 1,
      left: fault.times ?? 1,
    });
  }

  pending(): number {
    return this.waiting.length;
  }

  /** Takes the fault that is due for a request, if any. */
  take(method: string, path: string): Fault | null {
    let due: Fault | null = null;
    for (const entry of this.waiting) {
      if (!entry.matches(method, path)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
      } else if (due === null) {
        due = entry.fault;
        entry.left -= 1;
      }
    }
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((entry) => entry.left > 0));
    return due;
  }
}

/** `/repos/{owner}/{repo}/issues` as an expression over whole paths, each parameter a group of its own name. */
export function templateExpression(template: string): RegExp {
  const source = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}
