import type { App } from '../../databricks/apps.js';
import type { DatabricksClient } from '../../databricks/client.js';
import type { Workbench } from '../types.js';
import { accessLine } from './access.js';
import { attempt, type Check, checksOf, type Tried } from './check.js';
import type { Principal } from './privileges.js';

const write = checksOf('App');

/** What was read of the companion app; `null`: none is configured. */
export interface AppReading {
  readonly app: Tried<App | null> | null;
  readonly checks: readonly Check[];
}

/** The companion app: that it is there, and that this identity may deploy it. */
export async function readApp(
  bench: Workbench,
  databricks: DatabricksClient,
  principal: Principal | null,
): Promise<AppReading> {
  const { app: configured } = bench.settings;
  if (configured === null) return { app: null, checks: [] };
  const { name } = configured;
  const guarded = { type: 'apps', id: name, noun: `app ${name}`, levels: ['CAN_MANAGE'] } as const;
  const [app, right] = await Promise.all([
    attempt(bench.signal, () => databricks.apps.read(name, bench.signal)),
    accessLine(write, bench, databricks, principal, guarded),
  ]);
  const title = `App ${name}`;
  if (app.kind === 'fault') return { app, checks: [write.unknown(title, app.error.message, app.error.fix), right] };
  if (app.value !== null) return { app, checks: [write.ok(title, `It exists at ${app.value.url}.`), right] };
  return {
    app,
    checks: [write.missing(title, 'It is missing, or not visible.', 'Run this Action with command: deploy-app.')],
  };
}
