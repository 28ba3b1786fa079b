/** A target of the gdb server made of scripted debuggees: each attachment is to the system that there is. */

import type { ViewName, ViewRow } from '../../../../kernel/index.js';
import type { DebugTarget, ProgramImage } from '../../../../tools/debugger/gdb/target.js';
import { elfFile } from '../../../machine/elf-file.js';
import { CODE, CODE_BYTES, type Script, ScriptedDebuggee } from './scripted-debuggee.js';

/** `addi x0, x0, i`: every instruction is another one, and does nothing. */
export const PROGRAM = new Uint8Array(Uint32Array.from({ length: CODE_BYTES / 4 }, (_, i) => 0x13 | (i << 20)).buffer);

export const TWO_PROCESSES: Script = {
  processes: [
    { koid: 3, name: 'program' },
    { koid: 9, name: 'server' },
  ],
  threads: [
    { koid: 4, process: 3, name: 'main' },
    { koid: 5, process: 3, name: 'worker', waits: 'waits for lock #7, held by main #4' },
    { koid: 10, process: 9, name: 'main' },
  ],
  code: PROGRAM,
};

export class ScriptedTarget implements DebugTarget {
  readonly hasPast = false;
  readonly images: readonly ProgramImage[] = [
    {
      name: 'program',
      bytes: elfFile({
        entry: CODE,
        segments: [{ address: CODE, bytes: PROGRAM, flags: 5 }],
        symbols: [
          { name: '_start', address: CODE, size: 16, type: 2 },
          { name: 'second', address: CODE + 16, size: 48, type: 2 },
        ],
      }),
    },
  ];
  debuggee: ScriptedDebuggee;
  attachments = 0;
  readonly restarts: (readonly string[] | undefined)[] = [];
  problem: string | undefined;
  views: ViewRow[] = [];

  constructor(private readonly script: Script = TWO_PROCESSES) {
    this.debuggee = new ScriptedDebuggee(script);
  }

  get instructions(): number {
    return this.debuggee.instructions;
  }

  get time(): number {
    return this.debuggee.instructions * 10;
  }

  attach(): ScriptedDebuggee {
    this.attachments++;
    return this.debuggee;
  }

  restart(programArguments: readonly string[] | undefined): string | undefined {
    if (this.problem !== undefined) return this.problem;
    this.restarts.push(programArguments);
    this.debuggee = new ScriptedDebuggee(this.script);
    return undefined;
  }

  view(_name: ViewName): ViewRow[] {
    return this.views;
  }

  journal(records: number): readonly string[] {
    return Array.from({ length: Math.min(records, 3) }, (_, i) => `record ${i}`);
  }
}
