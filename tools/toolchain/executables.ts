/** Programs on the search path. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';

/** The whole path of a program, as a shell would find it; a name with a slash is a path already. */
export function findExecutable(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (name.includes('/') || name.includes(sep)) return isExecutable(name) ? resolve(name) : undefined;
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Changes when the program is replaced, without running it: starting a compiler to ask its version takes longer than a cached run. */
export function fileIdentity(path: string): string {
  const real = realpathSync(path);
  const { size, mtimeMs } = statSync(real);
  return `${real} ${size} ${mtimeMs}`;
}
