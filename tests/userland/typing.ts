/** Compiled programs beside a console driver, into which a test types when it likes. */
import { resolve } from 'node:path';
import { type Outcome, System, type SystemOptions } from '../../kernel/index.js';
import { parseElf } from '../../machine/elf.js';
import { consoleDriver } from '../../tools/toolchain/console-driver.js';
import { findCompiler } from '../../tools/toolchain/find-compiler.js';
import { readInput } from '../../tools/toolchain/input.js';
import { buildProgram } from '../../tools/toolchain/program.js';

/** A program that runs longer than any of these does is lost in a loop. */
const MAX_INSTRUCTIONS = 100_000_000;

export class Typing {
  readonly system: System;
  #output = '';

  private constructor(options: Omit<SystemOptions, 'onOutput'>) {
    this.system = System.boot({ ...options, onOutput: (bytes) => this.#take(bytes) });
  }

  /** Boots a program of `programs/`, with every invariant checked after each step. */
  static async at(file: string, options: Partial<SystemOptions> = {}): Promise<Typing> {
    const inputs = [readInput(resolve('tests/userland/programs', file))];
    const choice = { optimization: '2', debug: false, preprocessor: [] } as const;
    const { bytes } = await buildProgram(inputs, findCompiler(undefined), choice);
    const driver = await consoleDriver(undefined);
    if (driver === undefined) throw new Error('there is a compiler, and no console driver');
    const image = parseElf(bytes);
    return new Typing({
      name: file,
      image,
      console: parseElf(driver),
      memoryBytes: 4 << 20,
      interactive: true,
      checked: true,
      ...options,
    });
  }

  run(): Outcome {
    return this.system.run(MAX_INSTRUCTIONS);
  }

  /** Types a text, and runs on. */
  type(text: string): Outcome {
    this.system.input(Buffer.from(text));
    return this.run();
  }

  /** Ends the input, and runs on. */
  end(): Outcome {
    this.system.endInput();
    return this.run();
  }

  /** What was printed since this was asked last. */
  printed(): string {
    const text = this.#output;
    this.#output = '';
    return text;
  }

  #take(bytes: Uint8Array): void {
    this.#output += Buffer.from(bytes).toString();
  }
}
