/**
 * `userland/include/tocsin.h`: constants, structures and one inline stub a call, for C, C++ and (constants alone) assembler.
 *
 * A stub puts its arguments into the registers of the ABI, executes `ecall` and stores the results through its pointers; a null
 * pointer drops that result. Away from RISC-V the calls are only declared, so that guest code can be tested on a host that
 * brings a kernel of its own.
 */
import {
  AREAS,
  argumentRegisters,
  CALLS,
  type Call,
  CLOCK,
  DEBUG,
  DEBUG_EVENT,
  EVENT,
  FUTEX_OPTIONS,
  INFO,
  INTERRUPT_OPTIONS,
  isWide,
  LISTEN,
  MAP_OPTIONS,
  MEMORY_STATE,
  PACKET,
  POOL_KIND,
  PROPERTY,
  PROTECTION,
  RECEIVE,
  ROOT_OOM_ANSWER,
  SEEN_NOW,
  SESSION,
  SOURCE,
  TRANSFER,
  VERDICT,
} from '../../syscalls/calls.js';
import { STATUS, STATUS_MEANING, type StatusName } from '../../syscalls/errors.js';
import {
  BLOCKED_ON,
  EXIT_REASON,
  FAULT_DETAIL,
  LAYOUTS,
  type Layout,
  layoutBytes,
  SHARED_STATE,
  STARTUP_MAGIC,
  TASK_STATE,
} from '../../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHT_MEANING, RIGHTS, type RightName, SAME_RIGHTS } from '../../syscalls/rights.js';
import { cArgumentType, cPrototype } from './c-types.js';
import { GENERATED, type Product } from './product.js';

const CONSTANT_COLUMN = 36;
const COMMENT_COLUMN = 50;

export function cHeader(): Product {
  const text = [
    `/* ${GENERATED} */`,
    '#ifndef TOCSIN_H',
    '#define TOCSIN_H',
    '',
    ...constants(),
    '#ifndef __ASSEMBLER__',
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    '/* A number of this process that names an object; 0 is never one. */',
    'typedef uint32_t tocsin_handle;',
    '/* 0, or a negative error, or a positive success that carries news. */',
    'typedef int32_t tocsin_status;',
    '/* Virtual nanoseconds. */',
    'typedef int64_t tocsin_time;',
    '',
    '/* A deadline that never comes. */',
    '#define TOCSIN_FOREVER INT64_MAX',
    '',
    ...Object.values(LAYOUTS).flatMap(structure),
    ...declarations(),
    '#ifdef __riscv',
    '',
    ...CALLS.flatMap(stub),
    '#endif /* __riscv */',
    '#endif /* __ASSEMBLER__ */',
    '#endif /* TOCSIN_H */',
    '',
  ].join('\n');
  return { path: 'userland/include/tocsin.h', text };
}

function constants(): string[] {
  const statuses = Object.keys(STATUS) as StatusName[];
  const rights = Object.keys(RIGHTS) as RightName[];
  const hint = Object.entries(MAP_OPTIONS).filter(([name]) => !(name in PROTECTION));
  return [
    '/* Statuses. */',
    ...statuses.map((name) => define(name, STATUS[name], STATUS_MEANING[name])),
    '',
    '/* Rights. */',
    ...rights.map((name) => define(`RIGHT_${name}`, hex(RIGHTS[name]), RIGHT_MEANING[name])),
    define('ALL_RIGHTS', hex(ALL_RIGHTS)),
    define('SAME_RIGHTS', hex(SAME_RIGHTS), 'the rights that the source handle has'),
    '',
    '/* Types of object. */',
    ...group('TYPE', OBJECT_TYPE),
    '',
    '/* What object_info describes. */',
    ...group('INFO', INFO),
    '',
    '/* What object_set changes. */',
    ...group('PROPERTY', PROPERTY),
    '',
    '/* Protections, and how vmar_map takes its hint. */',
    ...group('PROTECTION', PROTECTION),
    ...hint.map(([name, value]) => define(`MAP_${name}`, value)),
    '',
    '/* Clocks. */',
    ...group('CLOCK', CLOCK),
    '',
    '/* Sources of events, types of events, flags of packets, how a pool listens. */',
    ...group('SOURCE', SOURCE),
    define('SEEN_NOW', hex(SEEN_NOW), 'as `seen` of event_wait: the next event'),
    ...group('EVENT', EVENT),
    ...group('PACKET', PACKET),
    ...group('LISTEN', LISTEN),
    '',
    '/* Kinds of pool; whether a shared pool or ring can be used; how messages are received and handles sent. */',
    ...group('POOL', POOL_KIND),
    ...group('SHARED', SHARED_STATE),
    ...group('RECEIVE', RECEIVE),
    ...group('TRANSFER', TRANSFER),
    '',
    '/* How futex_wait waits. */',
    ...group('FUTEX', FUTEX_OPTIONS),
    '',
    '/* Answers to events; how an interrupt line is read. */',
    ...group('VERDICT', VERDICT),
    ...group('ROOT_OOM', ROOT_OOM_ANSWER),
    ...group('INTERRUPT', INTERRUPT_OPTIONS),
    '',
    '/* What debug_control does, how a debug session stops and what it wants to be told, and what it is told. */',
    ...group('DEBUG', DEBUG),
    ...group('SESSION', SESSION),
    ...group('DEBUG_EVENT', DEBUG_EVENT),
    '',
    '/* How an allocator is. */',
    ...group('MEMORY', MEMORY_STATE),
    '',
    '/* States of a task, why one ended, why a fault was fatal, what a thread is blocked on. */',
    ...group('STATE', TASK_STATE),
    ...group('EXIT_REASON', EXIT_REASON),
    ...group('FAULT_DETAIL', FAULT_DETAIL),
    ...group('BLOCKED_ON', BLOCKED_ON),
    '',
    '/* Limits. */',
    define('PAGE_BYTES', PAGE_BYTES, 'a page'),
    define('NAME_BYTES', LIMITS.nameBytes, 'of a name, without a terminating zero'),
    define('COPY_BYTES', hex(LIMITS.copyBytes), 'that one call copies in or out'),
    define('CONSOLE_BYTES', LIMITS.consoleBytes, 'of one message to the console driver, or from it'),
    define('VMO_BYTES', hex(LIMITS.vmoBytes), 'of one memory object'),
    define('MAX_PRIORITY', LIMITS.maxPriority, 'of a thread'),
    define('DEFAULT_PRIORITY', LIMITS.defaultPriority, "of a process's first thread"),
    define('USER_BASE', hex(LIMITS.userBase), 'lowest user address'),
    define('USER_TOP', hex(LIMITS.userTop), 'first address past the user addresses'),
    define('WAIT_ITEMS', LIMITS.waitItems, 'of one event_wait_many'),
    define('MESSAGE_BYTES', hex(LIMITS.messageBytes), 'of one message'),
    define('MESSAGE_HANDLES', LIMITS.messageHandles, 'of one message'),
    define('TOPIC_BYTES', LIMITS.topicBytes, "of a topic's payload"),
    define('WAKE_ALL', hex(LIMITS.wakeAll), 'as the count of futex_wake'),
    '',
    define('STARTUP_MAGIC', hex(STARTUP_MAGIC)),
    '',
    '/* Numbers of the calls. */',
    ...CALLS.map((call) => define(`CALL_${call.name.toUpperCase()}`, hex(call.number))),
    '',
  ];
}

function group(prefix: string, values: Readonly<Record<string, number>>): string[] {
  return Object.entries(values).map(([name, value]) => define(`${prefix}_${name.toUpperCase()}`, value));
}

/** No suffixes and no casts in the value: the assembler reads these lines too. */
function define(name: string, value: number | string, meaning?: string): string {
  const written = typeof value === 'number' && value < 0 ? `(${value})` : String(value);
  const line = `#define TOCSIN_${name} `.padEnd(CONSTANT_COLUMN) + written;
  return meaning === undefined ? line : `${line.padEnd(COMMENT_COLUMN - 1)} /* ${meaning} */`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function structure(layout: Layout): string[] {
  const fields = layout.fields.map(({ name, kind, about }) => {
    const declared = kind === 'name' ? `char ${name}[${LIMITS.nameBytes}];` : `${C_FIELD[kind]} ${name};`;
    return `    ${declared.padEnd(28)} /* ${about} */`;
  });
  const size = `sizeof(struct tocsin_${layout.name}) == ${layoutBytes(layout)}`;
  return [
    `/* ${layout.about} */`,
    `struct tocsin_${layout.name} {`,
    ...fields,
    '};',
    // A typedef asserts in every dialect of C and C++.
    `typedef char tocsin_${layout.name}_has_its_size[${size} ? 1 : -1];`,
    '',
  ];
}

const C_FIELD = { u32: 'uint32_t', i32: 'int32_t', u64: 'uint64_t' } as const;

function declarations(): string[] {
  const areas = Object.entries(AREAS).flatMap(([area, { title }]) => {
    const calls = CALLS.filter((call) => call.area === area);
    if (calls.length === 0) return [];
    return [
      `/* ${title}. */`,
      '',
      ...calls.flatMap((call) => [`/* ${call.summary} */`, `TOCSIN_API ${cPrototype(call)};`, '']),
    ];
  });
  return [
    '#ifdef __riscv',
    '#define TOCSIN_API static inline __attribute__((always_inline))',
    '#elif defined(__cplusplus)',
    '#define TOCSIN_API extern "C"',
    '#else',
    '#define TOCSIN_API extern',
    '#endif',
    '',
    ...areas,
  ];
}

function stub(call: Call): string[] {
  const registers = new Map<number, string>();
  const first = argumentRegisters(call);
  call.arguments.forEach((argument, index) => {
    const register = first[index];
    const { name } = argument;
    if (isWide(argument.kind)) {
      registers.set(register, `(uint32_t)${name}`);
      registers.set(register + 1, `(uint32_t)((uint64_t)${name} >> 32)`);
    } else {
      const isPointer = cArgumentType(argument).endsWith('*');
      registers.set(register, isPointer ? `(uint32_t)(uintptr_t)${name}` : `(uint32_t)${name}`);
    }
  });

  const stores: string[] = [];
  let last = 0;
  for (const result of call.results) {
    const low = last + 1;
    const value = result.kind === 'time' ? `(tocsin_time)((uint64_t)a${low + 1} << 32 | a${low})` : `a${low}`;
    stores.push(`    if (${result.name}) *${result.name} = ${value};`);
    last = result.kind === 'time' ? low + 1 : low;
  }

  const variables: string[] = [];
  const outputs: string[] = [];
  const inputs: string[] = [];
  for (let register = 0; register <= Math.max(last, ...registers.keys()); register++) {
    const value = registers.get(register);
    variables.push(`    register uint32_t a${register} __asm__("a${register}")${value ? ` = ${value}` : ''};`);
    if (register <= last) outputs.push(`"${value ? '+' : '='}r"(a${register})`);
    else inputs.push(`"r"(a${register})`);
  }
  inputs.push('"r"(a7)');

  return [
    `TOCSIN_API ${cPrototype(call)}`,
    '{',
    ...variables,
    `    register uint32_t a7 __asm__("a7") = TOCSIN_CALL_${call.name.toUpperCase()};`,
    `    __asm__ volatile("ecall" : ${outputs.join(', ')} : ${inputs.join(', ')} : "memory");`,
    ...stores,
    '    return (tocsin_status)a0;',
    '}',
    '',
  ];
}
