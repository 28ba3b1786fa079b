/** What the panes show of what is debugged. */
import type { Debugging } from '../debugging.js';
import { threadPlace } from '../frame-text.js';
import { instructionAt } from '../instructions.js';
import { basename } from '../path-text.js';
import { CONTROL_NAMES, controlFields, registerNumber, SHOWN_REGISTERS } from '../registers.js';
import { threadTitle } from '../stop-text.js';
import { harmless, hex, word } from '../text.js';
import type { CodeView } from './code-pane.js';
import type { Scene } from './picture.js';
import type { RegisterView } from './registers-pane.js';

/** Instructions that are shown of a function, or behind the pc where there is no function. */
const MAX_INSTRUCTIONS = 2000;
const WITHOUT_FUNCTION = 200;

/** `before` are the registers at the last stop, by the thread that they are of. */
export function sceneOf(d: Debugging, before: RegistersBefore): Scene {
  return {
    source: sourceView(d),
    assembly: assemblyView(d),
    registers: registerViews(d, before),
    control: controlLines(d),
    threads: threadViews(d),
    status: statusText(d),
  };
}

export interface RegistersBefore {
  readonly thread: number;
  readonly words: Int32Array | undefined;
}

function sourceView(d: Debugging): Scene['source'] {
  const frame = d.frameIfAny();
  const context = d.where();
  const file =
    frame?.place?.file ?? (d.listed === undefined ? context.file : d.symbols().sourceFilesNamed(d.listed.path)[0]);
  const lines = file === undefined ? undefined : d.sources.linesOf(file);
  if (file === undefined || lines === undefined) {
    return {
      title: file === undefined ? 'no source' : `${file.path} (not found)`,
      lines: [],
      current: undefined,
      around: 0,
    };
  }
  const places = d.breakpoints.all().flatMap(({ spec }) => (spec.kind === 'code' ? spec.places : []));
  const marked = new Set(places.filter(({ place }) => place?.file.path === file.path).map(({ place }) => place?.line));
  const isHere = frame?.place?.file.path === file.path && frame.place.line > 0;
  const main = d.symbols().addressesOfFunction('main')[0]?.place?.line ?? 1;
  return {
    title: file.path,
    lines: lines.map((text, i) => ({ label: String(i + 1), text, isBreakpoint: marked.has(i + 1) })),
    current: isHere ? (frame?.place?.line ?? 1) - 1 : undefined,
    around: (d.listed === undefined ? main : Math.floor((d.listed.first + d.listed.last) / 2)) - 1,
  };
}

function assemblyView(d: Debugging): Scene['assembly'] {
  const frame = d.frameIfAny();
  if (frame === undefined) return { title: 'no code', lines: [], current: undefined, around: 0 };
  const found = d.symbols().functionAt(frame.codeAddress);
  const ranges = found?.ranges ?? [{ start: frame.pc, end: frame.pc + WITHOUT_FUNCTION }];
  const lines: CodeView['lines'][number][] = [];
  let current: number | undefined;
  for (const { start, end } of ranges) {
    for (let address = start; address < end && lines.length < MAX_INSTRUCTIONS; ) {
      const instruction = instructionAt(d, address);
      if (instruction === undefined) break;
      if (address === frame.pc) current = lines.length;
      lines.push({
        label: `${word(address)} ${offsetText(d, address)}`,
        text: instruction.text,
        isBreakpoint: d.breakpoints.inCode(d.process, address).length > 0,
      });
      address += instruction.bytes;
    }
  }
  return { title: found?.name ?? hex(frame.pc), lines, current, around: 0 };
}

function offsetText(d: Debugging, address: number): string {
  const symbol = d.symbols().addressText(address);
  return symbol === undefined ? '' : `<${symbol}>`;
}

function registerViews(d: Debugging, before: RegistersBefore): RegisterView[] {
  const frame = d.frameIfAny();
  if (frame === undefined) return [];
  const old = before.thread === d.thread && d.level === 0 ? before.words : undefined;
  return ['pc', ...SHOWN_REGISTERS.filter((name) => name !== 'zero' && name !== 'pc')].map((name) => {
    const number = registerNumber(name) ?? 0;
    const value = number === 0 ? frame.pc : frame.registers[number];
    const isKnown = number === 0 || (frame.known & (1 << number)) !== 0;
    return { name, value: isKnown ? value : undefined, isChanged: old !== undefined && old[number] !== (value | 0) };
  });
}

function controlLines(d: Debugging): string[] {
  const thread = d.threadIfAny();
  const values = thread === undefined ? undefined : d.target.debuggee.controlRegisters(thread.koid);
  if (values === undefined) return [];
  return CONTROL_NAMES.map((name) => {
    const value = values[name];
    if (typeof value === 'bigint') return ` ${name.padEnd(8)} ${value}`;
    return ` ${name.padEnd(8)} ${word(value)}  ${controlFields(name, value)}`.trimEnd();
  });
}

function threadViews(d: Debugging): Scene['threads'] {
  if (d.over !== undefined) return [];
  return d.threads().map((thread) => ({
    title: harmless(threadTitle(thread)),
    state: thread.state,
    doing: harmless(thread.waits === '' ? threadPlace(d, thread).replace(/^0x[\da-f]+ in /, '') : thread.waits),
    isSelected: thread.koid === d.thread,
  }));
}

function statusText(d: Debugging): string {
  const thread = d.threadIfAny();
  const who = `${basename(d.target.programName)} #${d.target.program}`;
  if (thread === undefined) return `${who} │ not running`;
  const frame = d.frameIfAny();
  const line = frame?.place === undefined ? '' : ` │ L${frame.place.line}`;
  const where = frame === undefined ? '' : ` │ ${frame.functionName ?? '??'}${line} │ pc ${word(frame.pc)}`;
  return harmless(`${d.processText(thread.process)} │ thread ${threadTitle(thread)}${where}`);
}
