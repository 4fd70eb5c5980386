import type { FaultEffect } from '../../../sandbox/workspace/http/faults.js';
import { effects } from '../../../sandbox/workspace/index.js';
import { seeded } from '../../../sandbox/workspace/time/random.js';
import { type Scene, World } from './scenes.js';

/** One call of a scene: the n-th request of that method and path. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly nth: number;
  readonly writes: boolean;
}

export interface Disturbance {
  readonly name: string;
  readonly effect: FaultEffect;
  /** Makes sense only where the server changes something. */
  readonly onlyWrites?: true;
}

/** Everything that can happen to a call. */
export const DISTURBANCES: readonly Disturbance[] = [
  { name: '429 with Retry-After', effect: effects.rateLimited(2) },
  { name: '429', effect: effects.rateLimited() },
  { name: '500', effect: effects.internal() },
  { name: '500 after it acted', effect: effects.internal('after'), onlyWrites: true },
  { name: '503', effect: effects.unavailable() },
  { name: 'reset before it acted', effect: { kind: 'reset', when: 'before' } },
  { name: 'reset after it acted', effect: { kind: 'reset', when: 'after' } },
  { name: 'hang', effect: { kind: 'hang', when: 'before' } },
  { name: 'hang after it acted', effect: { kind: 'hang', when: 'after' }, onlyWrites: true },
  { name: 'gateway page', effect: { kind: 'html', status: 502 } },
  { name: 'login page', effect: { kind: 'login-page' } },
  { name: 'truncated body', effect: { kind: 'truncate' } },
  { name: 'expired token', effect: effects.expiredToken() },
];

/** `once`: the first repetition goes through. `four times`: more often than a call is repeated. */
export const STRENGTHS = { once: 1, 'four times': 4 } as const;
export type Strength = keyof typeof STRENGTHS;

export interface Case {
  readonly scene: Scene;
  readonly call: Call;
  readonly disturbance: Disturbance;
  readonly strength: Strength;
}

export function nameOf({ scene, call, disturbance, strength }: Case): string {
  return `${scene.name}: ${disturbance.name} ${strength} at ${call.method} ${call.path} #${call.nth}`;
}

/** Every call that a scene makes when nothing goes wrong, from the sandbox's own log. Throws when it ends otherwise than it should. */
export async function callsOf(scene: Scene): Promise<readonly Call[]> {
  const world = await World.open(scene);
  try {
    const { ending, log } = await world.run(scene.command);
    if (ending !== scene.ending)
      throw new Error(`${scene.name} ended ${ending}, not ${scene.ending}:\n${log.slice(-3000)}`);
    const counts = new Map<string, number>();
    const requests = [...new Set([world.workspace, world.server])].flatMap((side) => side.requests.all);
    return requests.map(({ method, path, writes }) => {
      const nth = (counts.get(`${method} ${path}`) ?? 0) + 1;
      counts.set(`${method} ${path}`, nth);
      return { method, path, nth, writes };
    });
  } finally {
    await world.close();
  }
}

/** Every fault at every call, in both strengths. */
export function casesOf(scene: Scene, calls: readonly Call[]): readonly Case[] {
  return calls.flatMap((call) =>
    DISTURBANCES.filter((disturbance) => disturbance.onlyWrites !== true || call.writes).flatMap((disturbance) =>
      (['once', 'four times'] as const).map((strength) => ({ scene, call, disturbance, strength })),
    ),
  );
}

/** `count` cases by chance, without repetition; the same for the same seed. All of them when there are no more. */
export function sample(cases: readonly Case[], count: number, seed: number): readonly Case[] {
  const random = seeded(seed);
  const left = [...cases];
  for (let index = left.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [left[index], left[other]];
    if (a !== undefined && b !== undefined) [left[index], left[other]] = [b, a];
  }
  return left.slice(0, count);
}
