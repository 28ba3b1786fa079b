import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { record } from '../kernel/recording/recorded.js';
import { READS_NULL } from './guest-programs.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

/** What npm would publish, unpacked where a project looks for it. Nothing is built anew: `npm test` has just done that. */
function installPackage(): string {
  const pack = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', folder.path];
  const shell = process.platform === 'win32';
  const said = execFileSync('npm', pack, { encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename }] = JSON.parse(said) as [{ filename: string }];
  const place = folder.at('node_modules/tocsin');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', folder.at(filename), '-C', place, '--strip-components=1']);
  return place;
}

const SCENARIO = `
import { statusName, System } from 'tocsin';
import { clock_get, debug_write, process_exit, store } from 'tocsin/script';

function* main({ stackLow }) {
  const { status, time } = yield* clock_get(0);
  yield* store(stackLow, new TextEncoder().encode('scripted\\n'));
  const written = yield* debug_write(stackLow, 9);
  console.log(statusName(status), typeof time, statusName(written.status));
  yield* process_exit(7);
}

const onOutput = (bytes) => process.stdout.write(bytes);
const system = System.boot({ name: 'scenario', script: main, onOutput });
console.log(JSON.stringify(system.run(1000)));
`;

describe('the package, as npm packs it', () => {
  const place = installPackage();

  it("boots a scripted system out of 'tocsin' and 'tocsin/script'", () => {
    folder.file('scenario.mjs', SCENARIO);
    const said = execFileSync(process.execPath, ['scenario.mjs'], { cwd: folder.path, encoding: 'utf8' });
    expect(said).toBe('OK number OK\nscripted\n{"kind":"exited","code":7}\n');
  });

  it('carries a command that needs no other package', () => {
    const { status, stdout } = tocsin(['calls', 'futex_wait'], { command: `${place}/dist/tocsin.js` });
    expect(stdout).toContain("import { futex_wait } from 'tocsin/script';");
    expect(status).toBe(0);
  });

  it('answers questions about recordings, with the engine that it brings', () => {
    folder.file('null.tocsin', record({ program: READS_NULL, all: true }).bytes);
    const words = ['journal', '--json', '--sql', 'SELECT reason FROM processes', folder.at('null.tocsin')];
    const { status, stdout, stderr } = tocsin(words, { command: `${place}/dist/tocsin.js` });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([{ reason: 'fault' }]);
  });
});
