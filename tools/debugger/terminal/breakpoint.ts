/** Breakpoints, watchpoints and catchpoints, as the person knows them. */
import type { StopKind } from '../debuggee.js';
import type { CodePlace, ProgramSymbols } from '../symbols/index.js';
import type { Quantity } from './expression/quantity.js';

/** Where a watched local variable ends to be: when this thread is at `pc` with its stack at or above `cfa`. */
export interface Scope {
  readonly thread: number;
  readonly pc: number;
  readonly cfa: number;
}

export type WatchAccess = 'write' | 'read' | 'access';
export type LifeKind = Extract<StopKind, 'thread started' | 'thread ended' | 'process started' | 'process ended'>;

export type Spec =
  | {
      readonly kind: 'code';
      readonly text: string;
      readonly isHardware: boolean;
      readonly places: readonly CodePlace[];
      /** Of which program: the breakpoint is for processes that run it. */
      readonly symbols: ProgramSymbols;
      /** The process that was spoken of when it was set; the only one where `set follow off`. */
      readonly process: number;
    }
  | {
      readonly kind: 'watch';
      readonly text: string;
      readonly access: WatchAccess;
      readonly process: number;
      readonly address: number;
      readonly length: number;
      readonly quantity: Quantity;
      /** Undefined for what is there as long as the process is. */
      readonly scope: Scope | undefined;
    }
  /** Every cause where it names none. */
  | { readonly kind: 'fault'; readonly causes: readonly number[] }
  /** Every call where it names none. */
  | { readonly kind: 'call'; readonly calls: readonly number[] }
  | { readonly kind: 'event' }
  | { readonly kind: 'life'; readonly life: LifeKind };

export interface Breakpoint {
  readonly number: number;
  readonly spec: Spec;
  readonly isTemporary: boolean;
  isEnabled: boolean;
  hits: number;
  /** So many hits are passed over before it stops again. */
  ignored: number;
  condition: string | undefined;
  /** Only for this thread; 0: any. */
  thread: number;
  /** What is done when it stops. */
  commands: readonly string[];
  /** Numbers of the machine's that stand for it now, and of the one at the end of its scope. */
  machine: number[];
  scopeMachine: number | undefined;
  /** What a watched place held when it was last looked at. */
  held: Uint8Array;
}

export function titleOf({ spec, isTemporary }: Breakpoint): string {
  switch (spec.kind) {
    case 'code':
      return `${isTemporary ? 'Temporary b' : spec.isHardware ? 'Hardware assisted b' : 'B'}reakpoint`;
    case 'watch':
      return {
        write: 'Hardware watchpoint',
        read: 'Hardware read watchpoint',
        access: 'Hardware access (read/write) watchpoint',
      }[spec.access];
    default:
      return 'Catchpoint';
  }
}

/** As the column Type of `info breakpoints` has it. */
export function typeOf({ spec }: Breakpoint): string {
  switch (spec.kind) {
    case 'code':
      return spec.isHardware ? 'hw breakpoint' : 'breakpoint';
    case 'watch':
      return { write: 'hw watchpoint', read: 'read watchpoint', access: 'acc watchpoint' }[spec.access];
    default:
      return 'catchpoint';
  }
}
