/** Counts checks; a failed one is printed when it fails. */
export class Tally {
  #passed = 0;
  #failed = 0;

  get failed() {
    return this.#failed;
  }

  /** `faults`: what is wrong, in words; empty when all is well. */
  record(name, faults) {
    if (faults.length === 0) {
      this.#passed += 1;
      return;
    }
    this.#failed += 1;
    const shown = faults.slice(0, 8).map((fault) => `    ${fault}`);
    const left = faults.length > 8 ? [`    and ${faults.length - 8} more`] : [];
    console.log([`FAILED ${name}`, ...shown, ...left].join('\n'));
  }

  /** The last line, which callers count by. */
  print() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
  }
}
