import { isDeepStrictEqual } from 'node:util';

/** A list of expectations, each printed as it is met or missed. */
export class Checks {
  #passed = 0;
  #failed = 0;

  constructor(private readonly say: (line: string) => void) {}

  get passed(): number {
    return this.#passed;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Notes whether `actual` is deeply equal to `expected`. */
  equal(what: string, actual: unknown, expected: unknown): void {
    const isMet = isDeepStrictEqual(actual, expected);
    const difference = isMet ? '' : ` - it is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
    this.#note(isMet, `${what}${difference}`);
  }

  /** Notes whether something holds. `detail` says what there is. */
  holds(what: string, isMet: boolean, detail = ''): void {
    this.#note(isMet, detail === '' ? what : `${what} (${detail})`);
  }

  #note(isMet: boolean, line: string): void {
    if (isMet) this.#passed += 1;
    else this.#failed += 1;
    this.say(`  ${isMet ? 'ok    ' : 'FAILED'} ${line}`);
  }
}
