import type { RecordedRequest } from './types.js';

interface Watcher {
  readonly method: string;
  readonly path: RegExp;
  readonly resolve: (request: RecordedRequest) => void;
}

/** What was asked, what nothing serves, and what departs from the published description. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  readonly unrouted: string[] = [];
  readonly violations: string[] = [];
  private readonly watchers: Watcher[] = [];

  add(request: RecordedRequest): void {
    this.requests.push(request);
    const { method, path } = request;
    for (const watcher of this.watchers.filter((entry) => entry.method === method && entry.path.test(path))) {
      this.watchers.splice(this.watchers.indexOf(watcher), 1);
      watcher.resolve(request);
    }
  }

  /** Resolves with the next request that matches. */
  seen(method: string, path: RegExp): Promise<RecordedRequest> {
    return new Promise((resolve) => {
      this.watchers.push({ method, path, resolve });
    });
  }

  /**
   * Makes a test fail that asked for something nobody serves.
   * @param routes the operations that are served
   * @throws Error with the log of requests and the routes
   */
  verify(routes: readonly string[]): void {
    const faults = [...this.unrouted.map((request) => `No route serves ${request}`), ...this.violations];
    if (faults.length === 0) return;
    const asked = this.requests.map(({ method, path, outcome }) => `  ${method} ${path} -> ${outcome}`);
    const served = routes.map((route) => `  ${route}`);
    throw new Error([...faults, 'Requests:', ...asked, 'Routes:', ...served].join('\n'));
  }
}
