/** One row of a registry's list of versions, as far as choosing needs it. */
export interface VersionRow {
  /** Decimal integer as text. */
  readonly version: string;
  readonly status: VersionStatus;
  /** The server's own word for the status, for messages. */
  readonly statusText: string;
  /** Empty when the version was registered without one. */
  readonly runId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type VersionStatus = 'READY' | 'PENDING' | 'FAILED' | 'UNKNOWN';

export interface PassedOver {
  readonly version: string;
  readonly why: string;
}

/** The version that "latest" means, and the newer ones that were not taken. `version` is `null` when none is READY. */
export interface LatestChoice {
  readonly version: string | null;
  /** Newest first. */
  readonly passedOver: readonly PassedOver[];
}

/** Maps the registries' words. What is not known is not ready. */
export function versionStatus(text: string): VersionStatus {
  switch (text) {
    case 'READY':
      return 'READY';
    case 'PENDING_REGISTRATION':
      return 'PENDING';
    case 'FAILED_REGISTRATION':
      return 'FAILED';
    default:
      return 'UNKNOWN';
  }
}

/** Numeric order of version numbers of any size; negative when `left` is older. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [stripZeros(left), stripZeros(right)];
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Chooses the greatest version number that is READY, whatever order the rows come in. Rows arrive page by page, so
 * that a registry with very many versions needs no more memory than its newest unready ones.
 */
export class LatestChooser {
  #best: string | null = null;
  #unready: VersionRow[] = [];

  /** Takes in rows of one page. */
  add(rows: Iterable<VersionRow>): void {
    for (const row of rows) this.#addOne(row);
  }

  #addOne(row: VersionRow): void {
    if (!/^\d+$/.test(row.version)) return;
    if (this.#best !== null && compareVersions(row.version, this.#best) <= 0) return;
    if (row.status !== 'READY') {
      this.#unready.push(row);
      return;
    }
    this.#best = row.version;
    this.#unready = this.#unready.filter((other) => compareVersions(other.version, row.version) > 0);
  }

  choice(): LatestChoice {
    const passedOver = [...this.#unready]
      .sort((left, right) => compareVersions(right.version, left.version))
      .map((row) => ({ version: row.version, why: whyUnready(row) }));
    return { version: this.#best, passedOver };
  }
}

/** `LatestChooser` over rows that are all at hand. */
export function chooseLatest(rows: Iterable<VersionRow>): LatestChoice {
  const chooser = new LatestChooser();
  chooser.add(rows);
  return chooser.choice();
}

function whyUnready(row: VersionRow): string {
  switch (row.status) {
    case 'PENDING':
      return 'its registration has not finished';
    case 'FAILED':
      return 'its registration failed';
    default:
      return `its status is ${row.statusText === '' ? 'not given' : row.statusText}`;
  }
}

/** Tag keys under which teams keep the commit that a model was trained from. */
const COMMIT_KEY = /commit|revision|(^|[._-])(git[._-]?)?sha($|[._-])/i;
const SHORTEST_ABBREVIATION = 7;

/**
 * Whether tags say that a version was trained from one of these commits: a full commit id under any key, or an abbreviation of
 * at least seven digits under a key that speaks of commits. Keys that record a promotion do not count: they name
 * the commit that promoted the version.
 */
export function carriesCommit(tags: Readonly<Record<string, string>>, commits: readonly string[]): boolean {
  const wanted = commits.map((commit) => commit.toLowerCase());
  return Object.entries(tags).some(([key, raw]) => {
    const value = raw.trim().toLowerCase();
    if (/promot/i.test(key)) return false;
    if (wanted.includes(value)) return true;
    const abbreviated = value.length >= SHORTEST_ABBREVIATION && /^[0-9a-f]+$/.test(value);
    return abbreviated && COMMIT_KEY.test(key) && wanted.some((commit) => commit.startsWith(value));
  });
}

function stripZeros(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}
