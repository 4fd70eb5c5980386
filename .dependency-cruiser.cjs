/** The arrows of the architecture, as checks. `src/commands` orders the work; nothing below it may reach up or sideways. */
const clients = 'databricks|mlflow|github';
const pure = '^src/(gate|report|rollout/core|health/core)/';
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'pure-stays-pure',
      comment:
        'Deciding code imports no client, no clock, no environment, no file, no package: all of that comes in as arguments.',
      severity: 'error',
      from: { path: pure },
      to: { pathNot: ['^src/(gate|report|rollout/core|health/core|errors|reasons)', '^zod$|node_modules/zod'] },
    },
    {
      name: 'only-the-result-schema-uses-zod',
      comment: 'The gate, the rollout and the evidence have no dependencies.',
      severity: 'error',
      from: { path: '^src/(gate|rollout/core|health/core)/' },
      to: { path: 'node_modules' },
    },
    {
      name: 'clients-know-no-client',
      severity: 'error',
      from: { path: `^src/(${clients})/` },
      to: { path: `^src/(${clients})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'clients-know-no-decision',
      severity: 'error',
      from: { path: `^src/(${clients}|http)/` },
      to: { path: '^src/(commands|report|config|gate)/' },
    },
    {
      name: 'nothing-reaches-up',
      severity: 'error',
      from: { path: '^src/(?!commands/|run\\.ts|index\\.ts)' },
      to: { path: '^src/(commands/|run\\.ts|index\\.ts)' },
    },
    {
      name: 'product-knows-no-sandbox',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sandbox|bench|__tests__)/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '(index|demo)\\.ts$|\\.d\\.ts$|types\\.ts$' },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
