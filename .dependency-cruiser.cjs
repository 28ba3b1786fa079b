/**
 * Layers import only downwards (README, "Layers"): machine <- syscalls <- kernel <- userland <- tools. The first two know
 * nothing of each other. Part of `npm run lint` and of the tests.
 */
const layer = (name, mayImport) => ({
  name: `${name}-imports-downwards`,
  severity: 'error',
  comment: `${name}/ may import ${mayImport.join(', ')} and nothing else`,
  from: { path: `^${name}/` },
  to: { pathNot: mayImport.map((folder) => `^${folder}/`) },
});

module.exports = {
  forbidden: [
    layer('machine', ['machine']),
    layer('syscalls', ['syscalls']),
    layer('kernel', ['kernel', 'machine', 'syscalls']),
    layer('userland', ['userland', 'syscalls']),
    {
      name: 'tools-know-no-tests',
      severity: 'error',
      comment: 'what is shipped does not need what tests it',
      from: { path: '^tools/' },
      to: { path: '^tests/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
