/**
 * The checks of a call, made from its row of the table, in the order that every call has: number, arguments and pointers,
 * handles, types, rights. State and resources are the handler's, in that order. Nothing was changed when a check fails.
 *
 * Hot path: the row is turned into a plan of small numbers once, at start.
 */
import type { Argument, Call } from '../../syscalls/calls.js';
import { argumentRegisters } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import { findHandle } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { isAccessible } from '../memory/user-memory.js';
import { READABLE, WRITABLE } from '../memory/vmar.js';
import { must } from '../panic.js';
import type { CallFrame } from './frame.js';

interface HandleCheck {
  readonly register: number;
  /** Bit n: type n is accepted. */
  readonly types: number;
  readonly rights: number;
  readonly optional: boolean;
}

/** Checks one argument by itself. */
type ArgumentCheck = (k: Kernel, call: CallFrame) => number;

export interface Plan {
  readonly arguments: readonly ArgumentCheck[];
  readonly handles: readonly HandleCheck[];
}

export function planOf(call: Call): Plan {
  const registers = argumentRegisters(call);
  const checks: ArgumentCheck[] = [];
  const handles: HandleCheck[] = [];
  call.arguments.forEach((argument, i) => {
    const register = registers[i];
    if (argument.kind === 'handle') {
      handles.push({
        register,
        types:
          argument.object.length === 0
            ? -1
            : argument.object.reduce((bits, name) => bits | (1 << OBJECT_TYPE[name]), 0),
        rights: argument.rights.reduce((bits, name) => bits | RIGHTS[name], 0),
        optional: argument.optional !== undefined,
      });
      return;
    }
    const check = checkOf(argument, register, call.arguments[i + 1]);
    if (check !== undefined) checks.push(check);
  });
  return { arguments: checks, handles };
}

function checkOf(argument: Argument, register: number, next: Argument | undefined): ArgumentCheck | undefined {
  switch (argument.kind) {
    case 'options': {
      const known = Object.values(argument.bits).reduce((bits, bit) => bits | bit, 0);
      return (_k, call) => (call.words[register] & ~known ? STATUS.INVALID_ARGS : STATUS.OK);
    }
    case 'choice': {
      const values = Object.values(argument.values);
      must(
        values.every((value) => value >= 0 && value < 32),
        'a choice has values from 0 to 31',
      );
      const known = values.reduce((bits, value) => bits | (1 << value), 0);
      return (_k, call) => {
        const value = call.unsigned(register);
        return value < 32 && ((known >>> value) & 1) !== 0 ? STATUS.OK : STATUS.INVALID_ARGS;
      };
    }
    case 'rights':
      return (_k, call) => {
        const rights = call.unsigned(register);
        return rights === SAME_RIGHTS || (rights & ~ALL_RIGHTS) === 0 ? STATUS.OK : STATUS.INVALID_ARGS;
      };
    case 'input':
    case 'output': {
      const most = next?.kind === 'length' ? (next.most ?? LIMITS.copyBytes) : 0;
      const exactly = next?.kind === 'length' ? next.exactly : undefined;
      const protection = argument.kind === 'input' ? READABLE : WRITABLE;
      return (k, call) => {
        const length = call.unsigned(register + 1);
        if (length > most) return STATUS.OUT_OF_RANGE;
        if (exactly !== undefined && length !== exactly) return STATUS.INVALID_ARGS;
        return isAccessible(k, call.process, call.unsigned(register), length, protection)
          ? STATUS.OK
          : STATUS.INVALID_ARGS;
      };
    }
    case 'word':
      return (k, call) => {
        const address = call.unsigned(register);
        return (address & 3) === 0 && isAccessible(k, call.process, address, 4, READABLE)
          ? STATUS.OK
          : STATUS.INVALID_ARGS;
      };
    case 'structure': {
      const bytes = layoutBytes(LAYOUTS[argument.layout]);
      const protection = argument.access === 'input' ? READABLE : WRITABLE;
      return (k, call) => {
        const address = call.unsigned(register);
        return (address & 3) === 0 && isAccessible(k, call.process, address, bytes, protection)
          ? STATUS.OK
          : STATUS.INVALID_ARGS;
      };
    }
    case 'structures': {
      const bytes = layoutBytes(LAYOUTS[argument.layout]);
      const most = next?.kind === 'count' ? next.most : 0;
      return (k, call) => {
        const address = call.unsigned(register);
        const count = call.unsigned(register + 1);
        if (count > most) return STATUS.OUT_OF_RANGE;
        return count > 0 && (address & 3) === 0 && isAccessible(k, call.process, address, count * bytes, READABLE)
          ? STATUS.OK
          : STATUS.INVALID_ARGS;
      };
    }
    case 'u32':
    case 'address': {
      const { most = 0xffff_ffff, multiple = 1, nonzero } = argument;
      if (most === 0xffff_ffff && multiple === 1 && nonzero === undefined) return undefined;
      must((multiple & (multiple - 1)) === 0, 'arguments are multiples of powers of two');
      // A remainder would cost a division.
      const rest = multiple - 1;
      return (_k, call) => {
        const value = call.unsigned(register);
        if ((value & rest) !== 0 || (nonzero && value === 0)) return STATUS.INVALID_ARGS;
        return value > most ? STATUS.OUT_OF_RANGE : STATUS.OK;
      };
    }
    default:
      return undefined;
  }
}

/** Makes the checks on arguments and pointers. */
export function checkArguments(k: Kernel, call: CallFrame, plan: Plan): number {
  const checks = plan.arguments;
  for (let i = 0; i < checks.length; i++) {
    const status = checks[i](k, call);
    if (status !== STATUS.OK) return status;
  }
  return STATUS.OK;
}

/** Makes the checks on handles: all of them exist, then all types, then all rights. */
export function checkHandles(k: Kernel, call: CallFrame, plan: Plan): number {
  const checks = plan.handles;
  if (checks.length === 0) return STATUS.OK;
  const { handles } = k.state;
  let isWrong = false;
  let isDenied = false;
  for (let i = 0; i < checks.length; i++) {
    const { register, types, rights, optional } = checks[i];
    const value = call.words[register];
    if (value === 0 && optional) {
      call.handles[register] = -1;
      call.objects[register] = -1;
      continue;
    }
    const row = findHandle(k, call.process, value);
    if (row < 0) return STATUS.BAD_HANDLE;
    call.handles[register] = row;
    call.objects[register] = handles.object[row];
    // What is wrong with one does not matter before all are known to exist.
    if (((types >> handles.type[row]) & 1) === 0) isWrong = true;
    if ((handles.rights[row] & rights) !== rights) isDenied = true;
  }
  if (isWrong) return STATUS.WRONG_TYPE;
  return isDenied ? STATUS.ACCESS_DENIED : STATUS.OK;
}
