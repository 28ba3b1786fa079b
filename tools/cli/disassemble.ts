/** `tocsin disassemble`: of a program all of its code; of an object, or a source without `main`, section by section. */
import { type Input, readInput } from '../toolchain/input.js';
import { inFile } from '../toolchain/program.js';
import { readObject } from '../toolchain/relocatable.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { printListing } from './listing.js';
import { linkedProgram, loadObjects, parseProgram } from './load.js';
import type { CompilerChoice } from './options.js';
import { print } from './standard-streams.js';

export async function disassembleProgram(files: readonly string[], options: CompilerChoice): Promise<number> {
  const choice = { ...options, optimize: '2' } as const;
  const inputs = files.map(readInput);
  if (inputs.some(({ kind }) => kind === 'executable')) {
    printProgram(await linkedProgram(inputs, choice), files);
    return EXIT.OK;
  }
  const objects = await loadObjects(inputs, choice);
  const isProgram =
    inputs.some(({ kind }) => kind !== 'object') && objects.some((one) => inFile(one, readObject).definesMain);
  if (isProgram) printProgram(await linkedProgram(objects, choice), files);
  else for (const object of objects) printObject(object, objects.length > 1);
  return EXIT.OK;
}

function printProgram(bytes: Uint8Array, files: readonly string[]): void {
  const image = parseProgram(bytes, files);
  const code = image.segments.filter(({ executable }) => executable);
  if (code.every(({ fileBytes }) => fileBytes.length === 0)) throw withoutCode(files.join(' '));
  for (const { fileBytes, address } of code) printListing({ bytes: fileBytes, address, symbols: image.symbols });
}

/** Each section has its name as a heading, and addresses from 0. */
function printObject(object: Input, isOneOfSeveral: boolean): void {
  const { bold } = outputColours();
  const { code } = inFile(object, readObject);
  if (code.length === 0) throw withoutCode(object.path);
  for (const section of code) {
    const file = isOneOfSeveral ? `${object.path}: ` : '';
    print(`\n${bold(`${file}section ${section.name}`)}\n`);
    printListing({ ...section, address: 0 });
  }
}

function withoutCode(what: string): Refusal {
  return new Refusal(`${what}: has no instructions`);
}
