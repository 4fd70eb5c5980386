import type { EngineEvent, Happening } from './core/protocol.js';
import { begin, step } from './core/reducer.js';
import type { Context, RolloutState } from './core/state.js';
import type { RolloutOutcome } from './core/types.js';
import { EffectRunner } from './effects.js';
import type { JournalStore } from './journal-store.js';
import type { RolloutPorts } from './options.js';
import { Patience } from './patience.js';
import { announce } from './progress.js';

/** Runs the engine to its end: one effect, one event, one turn of the reducer at a time. */
export async function conduct(
  context: Context,
  ports: RolloutPorts,
  store: JournalStore,
  signal: AbortSignal,
): Promise<RolloutOutcome> {
  const patience = new Patience(signal, ports.clock);
  const runner = new EffectRunner(ports, store, patience);
  const eventOf = (happening: Happening): EngineEvent => {
    const { cancelled } = patience;
    patience.acknowledge();
    return { ...happening, now: ports.clock.now(), serverNow: ports.clock.serverNow(), cancelled };
  };
  const first = eventOf({ kind: 'started' });
  let { state, effect } = begin(context, first);
  let before: RolloutState | null = null;
  try {
    for (;;) {
      announce(ports.progress, context, before, state);
      if (effect.kind === 'end') return effect.outcome;
      before = state;
      const happening = await runner.run(effect);
      if (happening.kind === 'looked') tick(ports, context, state, happening);
      ({ state, effect } = step(context, state, eventOf(happening)));
    }
  } finally {
    ports.health.end();
  }
}

function tick(
  { progress }: RolloutPorts,
  context: Context,
  state: RolloutState,
  { look }: Extract<Happening, { kind: 'looked' }>,
): void {
  const report = state.steps.find((one) => one.index === state.bake?.index);
  if (report === undefined || state.bake === null) return;
  const whole = state.bake.bakeMs * (1 + state.bake.extensions);
  const shown = { ...report, judgement: look.judgement, figures: look.figures, extensions: state.bake.extensions };
  progress.tick(shown, Math.max(0, whole - state.bake.creditedMs), look);
  progress.debug(`${context.settings.endpointName}: ${look.judgement.kind}: ${look.judgement.explanation}`);
}
