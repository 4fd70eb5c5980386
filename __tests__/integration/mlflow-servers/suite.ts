import type { Checks } from '../../../sandbox/digits/checks.js';
import { type ActionError, asActionError } from '../../../src/errors.js';
import type { MetricPoint, PromotionRecord, VersionQuery } from '../../../src/registry/types.js';
import { ADMINISTRATOR, type LoginServer, type PlainServer } from './server.js';

const MODEL = 'digits';
const COMMITS = ['a'.repeat(40), 'b'.repeat(40)] as const;
const NEVER = new AbortController().signal;

/** What came of a call that may be refused. */
async function refusal(call: Promise<unknown>): Promise<ActionError | null> {
  try {
    await call;
    return null;
  } catch (thrown) {
    return asActionError(thrown);
  }
}

/** Everything that is read: versions, facts, files, and what is not there. Changes nothing. */
export async function playReading(server: PlainServer, checks: Checks): Promise<void> {
  await resolving(server, checks);
  await facts(server, checks);
  await files(server, checks);
  await missing(server, checks);
  if (server.kind.major === 3) {
    await loggedModels(server, checks);
    await strangeHost(server, checks);
  }
}

async function resolving(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const resolve = (query: VersionQuery, model = MODEL) => registry.resolve(model, query, NEVER);
  const latest = await resolve({ kind: 'latest' });
  checks.equal(`${server.name}: latest is 10, by number and not by the last edit`, latest.version, '10');
  checks.equal(`${server.name}: aliases of the model`, latest.aliases, { champion: '1', shadow: '2' });
  checks.equal(`${server.name}: a number`, (await resolve({ kind: 'number', version: '2' })).version, '2');
  checks.equal(`${server.name}: an alias`, (await resolve({ kind: 'alias', alias: 'shadow' })).version, '2');
  const byCommit = await resolve({ kind: 'commit', commits: [COMMITS[0]] });
  checks.equal(`${server.name}: the newest version of a commit`, byCommit.version, '1');
  checks.equal(`${server.name}: newer versions were passed over`, byCommit.passedOver.length, 9);
  const newest = await resolve({ kind: 'commit', commits: [COMMITS[1]] });
  checks.equal(`${server.name}: the newest of several versions of a commit`, newest.version, '10');
  const odd = await resolve({ kind: 'latest' }, 'team a.b');
  checks.equal(`${server.name}: a name with a blank and a dot`, odd.version, '1');
  checks.equal(`${server.name}: an alias that is not there`, await registry.alias(MODEL, 'nobody', NEVER), null);
  checks.equal(`${server.name}: an alias that is there`, await registry.alias(MODEL, 'champion', NEVER), '1');
}

async function facts(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const found = await registry.facts(MODEL, '1', { histories: ['val_loss'], signature: true }, NEVER);
  const ofRun = (name: string): readonly MetricPoint[] =>
    found.metrics.filter((point) => point.name === name && point.provenance.source === 'run');
  const value = (name: string): number | undefined => ofRun(name)[0]?.value;
  checks.equal(`${server.name}: a metric`, value('accuracy'), 0.9);
  checks.equal(`${server.name}: NaN`, value('broken'), Number.NaN);
  checks.equal(`${server.name}: infinity`, value('blown'), Number.POSITIVE_INFINITY);
  checks.equal(`${server.name}: minus infinity`, value('sunk'), Number.NEGATIVE_INFINITY);
  const history = ofRun('val_loss').map((point) => [point.provenance.step, point.value]);
  checks.equal(`${server.name}: a history`, history, [
    [0, 0.5],
    [1, 0.3],
    [2, 0.4],
  ]);
  checks.equal(`${server.name}: provenance`, ofRun('accuracy')[0]?.provenance.id, server.registered.runs[0]);
  checks.equal(`${server.name}: tags of the version`, found.tags.validation, 'passed');
  checks.equal(`${server.name}: aliases of the version`, found.aliases, ['champion']);
  checks.equal(`${server.name}: the run`, [found.run?.status, found.run?.lifecycle], ['FINISHED', 'active']);
  checks.equal(`${server.name}: the commit`, found.run?.tags['mlflow.source.git.commit'], COMMITS[0]);
  checks.equal(`${server.name}: parameters`, found.run?.params.depth, '3');
  const datasets = found.run?.datasets.map(({ name, digest }) => [name, digest]);
  checks.equal(`${server.name}: datasets`, datasets, [['test', server.registered.digest]]);
  checks.equal(`${server.name}: nothing was out of reach`, found.notes, []);
}

async function files(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const { signature } = await registry.facts(MODEL, '2', { histories: [], signature: true }, NEVER);
  const columns = signature?.inputs.map(({ name, type, required }) => [name, type, required]);
  checks.equal(`${server.name}: the signature`, columns, [
    ['p0', 'double', true],
    ['p1', 'double', true],
  ]);
  const example = await registry.servingExample(MODEL, '2', NEVER);
  const body = {
    dataframe_split: {
      columns: ['p0', 'p1'],
      data: [
        [0, 5],
        [1, 2],
      ],
    },
  };
  checks.equal(`${server.name}: the serving example`, example, body);
  const { copied } = server.registered;
  const copy = await registry.facts('digits-production', copied, { histories: [], signature: true }, NEVER);
  checks.equal(`${server.name}: the signature of a copied version`, copy.signature?.inputs.length, 2);
  const point = copy.metrics.find(({ name }) => name === 'accuracy');
  checks.equal(`${server.name}: the metrics of a copied version`, point?.value, 0.9);
}

async function missing(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const reasonOf = async (model: string, query: VersionQuery): Promise<string | undefined> =>
    (await refusal(registry.resolve(model, query, NEVER)))?.reason;
  checks.equal(`${server.name}: no such model`, await reasonOf('nope', { kind: 'latest' }), 'not-found');
  checks.equal(
    `${server.name}: a deleted version`,
    await reasonOf(MODEL, { kind: 'number', version: '11' }),
    'version-not-found',
  );
  checks.equal(
    `${server.name}: no such alias`,
    await reasonOf(MODEL, { kind: 'alias', alias: 'x' }),
    'version-not-found',
  );
  checks.equal(
    `${server.name}: a model without versions`,
    await reasonOf('empty', { kind: 'latest' }),
    'version-not-found',
  );
  const commit = { kind: 'commit', commits: ['c'.repeat(40)] } as const;
  checks.equal(`${server.name}: no version of a commit`, await reasonOf(MODEL, commit), 'version-not-found');
  const elsewhere = server.client({ ...server.credentials, trackingUri: `${server.url}/wrong/prefix` });
  const error = await refusal(elsewhere.registry.resolve(MODEL, { kind: 'latest' }, NEVER));
  checks.holds(`${server.name}: a wrong path is explained`, error?.fix.includes('path prefix') === true, error?.fix);
}

/** Metrics of MLflow 3's logged models: by dataset, and the NaN that its table keeps as 0. */
async function loggedModels(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const found = await registry.facts(MODEL, '1', { histories: [], signature: false }, NEVER);
  checks.equal(`${server.name}: the logged model`, found.loggedModelId, server.registered.model_id ?? '');
  const ofModel = (name: string) =>
    found.metrics.filter((point) => point.name === name && point.provenance.source === 'logged-model');
  const [onDataset] = ofModel('f1');
  checks.equal(
    `${server.name}: a metric on its dataset`,
    [onDataset?.value, onDataset?.provenance.dataset, onDataset?.provenance.datasetDigest],
    [0.8, 'test', server.registered.digest],
  );
  checks.equal(
    `${server.name}: NaN is not 0`,
    ofModel('nan_loss').map(({ value }) => value),
    [Number.NaN],
  );
  checks.equal(
    `${server.name}: 0 is 0`,
    ofModel('zero_loss').map(({ value }) => value),
    [0],
  );
}

async function strangeHost(server: PlainServer, checks: Checks): Promise<void> {
  const client = server.client({ ...server.credentials, headers: { host: 'mlflow.example.com' } });
  const error = await refusal(client.registry.resolve(MODEL, { kind: 'latest' }, NEVER));
  checks.equal(`${server.name}: a host that it does not know`, error?.reason, 'permission-denied');
  checks.holds(`${server.name}: the fix names the flag`, error?.fix.includes('--allowed-hosts') === true, error?.fix);
}

const RECORD: PromotionRecord = {
  version: '10',
  previousVersion: '1',
  promoteAlias: 'champion',
  previousAlias: 'previous-champion',
  tags: { 'model_promotion.decision': 'promoted', 'model_promotion.run': 'https://example.com/runs/1' },
};

/** Aliases moved, put back and left alone; tags. */
export async function playWriting(server: PlainServer, checks: Checks): Promise<void> {
  const { registry } = server.client();
  const aliases = async () => (await registry.resolve(MODEL, { kind: 'latest' }, NEVER)).aliases;
  const expected = { champion: '1', 'previous-champion': null };
  const { undo, warnings } = await registry.promote(MODEL, RECORD, expected, NEVER);
  checks.equal(`${server.name}: promoted without a warning`, warnings, []);
  checks.equal(`${server.name}: aliases moved`, await aliases(), {
    champion: '10',
    'previous-champion': '1',
    shadow: '2',
  });
  const found = await registry.facts(MODEL, '10', { histories: [], signature: false }, NEVER);
  checks.equal(`${server.name}: tags written`, found.tags, RECORD.tags);
  const again = await registry.promote(MODEL, RECORD, expected, NEVER);
  checks.equal(`${server.name}: promoting again moves nothing`, again.undo.aliases, []);
  checks.equal(`${server.name}: put back without a warning`, await registry.restore(MODEL, undo, NEVER), []);
  checks.equal(`${server.name}: aliases as before`, await aliases(), { champion: '1', shadow: '2' });
  const late = await registry.promote(MODEL, RECORD, { champion: '7' }, NEVER);
  checks.holds(
    `${server.name}: an alias that someone moved is left alone`,
    late.warnings.length === 1,
    late.warnings[0],
  );
  checks.equal(`${server.name}: and stays`, await registry.alias(MODEL, 'champion', NEVER), '1');
}

/** Wrong credentials, and people with fewer rights. */
export async function playLogins(server: LoginServer, checks: Checks): Promise<void> {
  const latest = (given: Parameters<LoginServer['client']>[0]) =>
    refusal(server.client(given).registry.resolve(MODEL, { kind: 'latest' }, NEVER));
  const nobody = await latest({});
  checks.equal(`${server.name}: nobody`, nobody?.reason, 'credentials-rejected');
  const wrong = await latest({ username: 'admin', password: 'not-it-at-all' });
  checks.equal(`${server.name}: a wrong password`, wrong?.reason, 'credentials-rejected');
  checks.holds(`${server.name}: the password is not in the message`, wrong?.message.includes('not-it') === false);
  const bearer = await latest({ token: 'some-token-or-other' });
  checks.equal(`${server.name}: a token`, bearer?.reason, 'credentials-rejected');
  checks.holds(`${server.name}: says that logins take no token`, bearer?.fix.includes('bearer') === true, bearer?.fix);
  const { host } = new URL(server.url);
  const inAddress = await latest({ trackingUri: `http://${ADMINISTRATOR.username}:${ADMINISTRATOR.password}@${host}` });
  checks.equal(`${server.name}: credentials in the address`, inAddress, null);
  await reader(server, checks);
  const stranger = await latest({ username: 'stranger', password: 'stranger-pa55word' });
  checks.equal(`${server.name}: a stranger`, stranger?.reason, 'permission-denied');
  checks.holds(`${server.name}: names the right`, stranger?.fix.includes('READ') === true, stranger?.fix);
}

async function reader(server: LoginServer, checks: Checks): Promise<void> {
  const { registry } = server.client({ username: 'reader', password: 'reader-pa55word' });
  checks.equal(
    `${server.name}: a reader reads`,
    (await registry.resolve(MODEL, { kind: 'latest' }, NEVER)).version,
    '10',
  );
  const done = await registry.promote(MODEL, RECORD, {}, NEVER);
  checks.equal(`${server.name}: a reader moves nothing`, done.undo.aliases, []);
  checks.holds(`${server.name}: and is told so`, done.warnings.length === 3, done.warnings.join(' '));
  checks.equal(`${server.name}: the alias stays`, await registry.alias(MODEL, 'champion', NEVER), '1');
}
