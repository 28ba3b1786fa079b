import { existsSync, lutimesSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { removeAbandonedFolders } from '../../tools/toolchain/abandoned-folders.js';
import { zigOfNpm } from '../../tools/toolchain/zig.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const NOW = Date.now();
const HOUR_MS = 60 * 60 * 1000;

/** A folder with a file in it, last changed so long ago. */
function left(path: string, hours: number): string {
  const whole = folder.at(path);
  mkdirSync(`${whole}/zig`, { recursive: true });
  const then = (NOW - hours * HOUR_MS) / 1000;
  utimesSync(whole, then, then);
  return whole;
}

describe('temporary folders of killed runs', () => {
  it('are removed when they are older than a day, and nothing else is', () => {
    const old = [left('tmp/tocsin-build-aB3xYz', 25), left('tmp/tocsin-build-000000', 1000)];
    const kept = [
      left('tmp/tocsin-build-aB3xY0', 23),
      left('tmp/tocsin-aB3xYz', 25),
      left('tmp/tocsin-build-mine', 25),
      left('tmp/other-aB3xYz', 25),
      left('elsewhere', 25),
      folder.file('tmp/tocsin-build-aFile0', ''),
    ];
    utimesSync(kept[5], 0, 0);
    symlinkSync(kept[4], folder.at('tmp/tocsin-build-aLink0'));
    lutimesSync(folder.at('tmp/tocsin-build-aLink0'), 0, 0);
    removeAbandonedFolders(folder.at('tmp'), NOW);
    expect(old.filter((path) => existsSync(path))).toEqual([]);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    expect(existsSync(folder.at('tmp/tocsin-build-aLink0/zig'))).toBe(true);
  });

  it('may lie in a folder that is gone', () => {
    expect(() => removeAbandonedFolders(folder.at('nosuch'))).not.toThrow();
  });

  it.skipIf(zigOfNpm() === undefined)('are removed by the next run that compiles', () => {
    const old = left('place/tocsin-build-aB3xYz', 25);
    const source = folder.file('broken.c', 'int main(void) { return x; }\n');
    const variables = { TMPDIR: folder.at('place'), XDG_CACHE_HOME: folder.at('cache') };
    expect(tocsin(['run', source], { variables }).status).toBe(2);
    expect(existsSync(old)).toBe(false);
  });
});
