// Who may import whom (README, "The map"): lib ← nothing; kits ← lib and each other; features ← kits, lib and what other
// features have besides resolvers; the files on top and the commands ← all. `npm run check:imports` asks.
const kits = '^src/(graph|web|outbox|jobs|files|i18n|database)/'
const features = '^src/(tickets|people|list|inbox|integrations|desk|settings|transfer)/'
const onTop = '^src/([^/]+\\.ts$|commands/|seeds/|backup/|doctor/)'
/** What a request is handled with, and who asks. */
const shapes = '^src/(config|log|plaindesk|people/viewer|lib/.*)\\.ts$'

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    forbid('lib-imports-nothing', 'lib is pure functions', { path: '^src/lib/' }, { path: '^src/', pathNot: '^src/lib/' }),
    forbid(
      'kits-know-no-features',
      'a kit serves any feature; all it knows of people is who asks',
      { path: kits },
      { path: [features, onTop], pathNot: shapes },
    ),
    forbid(
      'kits-take-types-only',
      'settings and process are handed to a kit, it does not fetch them',
      { path: kits },
      { path: '^src/(config|log|plaindesk)\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    forbid('features-do-not-look-up', 'the files on top know the features, not the other way round', { path: features }, {
      path: onTop,
      pathNot: '^src/(config|log|plaindesk)\\.ts$',
    }),
    forbid('resolvers-are-private', "never another feature's resolver or job", { path: '^src/([^/]+)/' }, {
      path: '\\.(resolver|job)\\.ts$',
      pathNot: '^src/$1/',
    }),
    forbid(
      'express-stays-at-the-door',
      'use cases are free of HTTP',
      { path: '^src/', pathNot: '^src/(web/|people/passport\\.ts|app\\.ts|routes\\.ts|turns\\.ts)' },
      { path: 'node_modules/(@types/)?express/' },
    ),
    forbid('no-circles-of-kits', 'kits build on each other in one direction', { path: kits }, {
      circular: true,
      viaOnly: { dependencyTypesNot: ['type-only'] },
    }),
    forbid('tests-stay-outside', 'the program runs without its tests', { path: '^src/' }, { path: '^test/' }),
    forbid('runs-in-production', 'what src needs is no development dependency', { path: '^src/' }, {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: ['type-only'],
      pathNot: 'node_modules/@types/',
    }),
    forbid('no-typos', 'every import leads somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // type-only imports count
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
}
