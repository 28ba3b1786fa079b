/** How the call table looks from C: the type of every argument and result, and the prototypes. */
import type { Argument, Call, Result } from '../../syscalls/calls.js';

/** A declarator prefix: it ends in `*` or in a space, so that a name can follow at once. */
export function cArgumentType(argument: Argument): string {
  switch (argument.kind) {
    case 'handle':
      return 'tocsin_handle ';
    case 'i32':
      return 'int32_t ';
    case 'address':
      return 'uintptr_t ';
    case 'time':
      return 'tocsin_time ';
    case 'key':
      return 'uint64_t ';
    case 'structure':
      return `${argument.access === 'input' ? 'const ' : ''}struct tocsin_${argument.layout} *`;
    case 'structures':
      return `const struct tocsin_${argument.layout} *`;
    case 'input':
      return argument.text ? 'const char *' : 'const void *';
    case 'output':
      return argument.text ? 'char *' : 'void *';
    case 'word':
      return 'const volatile void *';
    case 'u32':
    case 'rights':
    case 'options':
    case 'choice':
    case 'length':
    case 'count':
      return 'uint32_t ';
  }
}

export function cResultType(result: Result): string {
  switch (result.kind) {
    case 'handle':
      return 'tocsin_handle ';
    case 'u32':
      return 'uint32_t ';
    case 'address':
      return 'uintptr_t ';
    case 'time':
      return 'tocsin_time ';
  }
}

/** `tocsin_status tocsin_futex_wake(const volatile void *addr, uint32_t count, uint32_t *woken)`, without a semicolon. */
export function cPrototype(call: Call): string {
  const parameters = [
    ...call.arguments.map((argument) => cArgumentType(argument) + argument.name),
    ...call.results.map((result) => `${cResultType(result)}*${result.name}`),
  ];
  return `tocsin_status tocsin_${call.name}(${parameters.length === 0 ? 'void' : parameters.join(', ')})`;
}
