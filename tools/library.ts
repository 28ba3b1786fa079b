/** The library: `import { … } from 'tocsin'`. Runs in Node and in a browser; everything here comes from the three lower layers. */
export * from '../kernel/index.js';
export * from '../machine/index.js';
export * from '../syscalls/calls.js';
export * from '../syscalls/errors.js';
export * from '../syscalls/layouts.js';
export * from '../syscalls/limits.js';
export * from '../syscalls/objects.js';
export * from '../syscalls/rights.js';
export * from '../syscalls/trace.js';
