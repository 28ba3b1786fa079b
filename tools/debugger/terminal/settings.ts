/** What `set NAME VALUE` sets and `show NAME` shows. */
import { CommandError } from './command-error.js';

interface Setting {
  readonly about: string;
  /** The words that it can be; undefined: a whole number. */
  readonly words?: readonly string[];
  readonly fallback: string | number;
}

const ON_OFF = ['on', 'off'] as const;
const MAX_NUMBER = 100_000;

export const SETTINGS = {
  confirm: { about: 'whether to ask before what cannot be taken back', words: ON_OFF, fallback: 'on' },
  'disassemble-next-line': {
    about: 'whether a stop shows the next instruction: auto where there is no source',
    words: ['on', 'off', 'auto'],
    fallback: 'auto',
  },
  follow: {
    about: 'whether breakpoints are for new processes of the program, too',
    words: ON_OFF,
    fallback: 'on',
  },
  height: { about: 'accepted for scripts written for gdb: nothing here pauses between pages', fallback: 0 },
  listsize: { about: 'lines that `list` shows', fallback: 10 },
  pagination: {
    about: 'accepted for scripts written for gdb: nothing here pauses between pages',
    words: ON_OFF,
    fallback: 'off',
  },
  'print elements': { about: 'characters of a text that `x/s` shows', fallback: 200 },
  'print thread-events': {
    about: 'whether the beginning and the end of threads are told',
    words: ON_OFF,
    fallback: 'on',
  },
  'scheduler-locking': {
    about: 'whether others of the process run: on keeps them from it, step only while a line or instruction is stepped',
    words: ['off', 'on', 'step'],
    fallback: 'off',
  },
  width: { about: 'accepted for scripts written for gdb: lines are not cut', fallback: 0 },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export class Settings {
  private readonly values = new Map<SettingName, string | number>();

  get(name: SettingName): string | number {
    return this.values.get(name) ?? SETTINGS[name].fallback;
  }

  isOn(name: SettingName): boolean {
    return this.get(name) === 'on';
  }

  number(name: SettingName): number {
    return Number(this.get(name));
  }

  /** Throws CommandError for a value that it cannot be. */
  set(name: SettingName, text: string): void {
    const { words }: Setting = SETTINGS[name];
    if (words === undefined) {
      const value = text === 'unlimited' ? 0 : Number(text);
      if (!/^(\d+|unlimited)$/.test(text) || value > MAX_NUMBER) {
        throw new CommandError(`${name} wants a whole number from 0 to ${MAX_NUMBER}`);
      }
      this.values.set(name, value);
      return;
    }
    // As gdb has it: `set confirm` alone is `set confirm on`.
    const value = text === '' && words.includes('on') ? 'on' : words.find((one) => one === text);
    if (value === undefined) throw new CommandError(`${name} is one of ${words.join(', ')}`);
    this.values.set(name, value);
  }
}

/** The setting whose name the words begin with, and what follows it; several words make one name. */
export function findSetting(text: string): { readonly name: SettingName; readonly rest: string } | undefined {
  const exact = SETTING_NAMES.find((name) => text === name || text.startsWith(`${name} `));
  if (exact !== undefined) return { name: exact, rest: text.slice(exact.length).trim() };
  const [first = '', ...rest] = text.split(/\s+/);
  if (first === '') return undefined;
  const near = SETTING_NAMES.filter((name) => !name.includes(' ') && name.startsWith(first));
  return near.length === 1 ? { name: near[0], rest: rest.join(' ') } : undefined;
}
