/** Scripted threads: `import { … } from 'tocsin/script'`. A stub for every call, and what a thread can do besides. */
export * from '../userland/script/calls.js';
export * from '../userland/script/script.js';
