/**
 * `syscalls/reference/`: a page for every call, always the same sections in the same order, and an index by area.
 * `tocsin calls NAME` prints the same page.
 */
import { AREAS, type Argument, argumentRegisters, CALLS, type Call, isWide } from '../../syscalls/calls.js';
import { STATUS, STATUS_MEANING, type StatusName } from '../../syscalls/errors.js';
import { RIGHT_MEANING } from '../../syscalls/rights.js';
import { cPrototype } from './c-types.js';
import { GENERATED, type Product } from './product.js';
import { scriptPrototype } from './script-calls.js';

export const REFERENCE_FOLDER = 'syscalls/reference';

/** Errors that any call may return; a page says "any call" beside them. */
const COMMON_ERRORS: readonly StatusName[] = ['BAD_HANDLE', 'WRONG_TYPE', 'ACCESS_DENIED', 'INVALID_ARGS'];

export function referencePages(): readonly Product[] {
  const pages = CALLS.map((call) => ({
    path: `${REFERENCE_FOLDER}/${call.name}.md`,
    text: `<!-- ${GENERATED} -->\n${referencePage(call)}`,
  }));
  return [{ path: `${REFERENCE_FOLDER}/README.md`, text: index() }, ...pages];
}

/** One call's page, in Markdown. */
export function referencePage(call: Call): string {
  return [
    `# ${call.name}`,
    '',
    call.summary,
    '',
    '## Synopsis',
    '',
    '```c',
    '#include <tocsin.h>',
    '',
    `${cPrototype(call)};`,
    '```',
    '',
    '```ts',
    `import { ${call.name} } from 'tocsin/script';`,
    '',
    scriptPrototype(call),
    '```',
    '',
    ...section('Registers', registers(call)),
    ...section('Description', [call.description]),
    ...section('Arguments', call.arguments.map(argumentLine)),
    ...section(
      'Results',
      call.results.map(({ name, about }) => `- \`${name}\`: ${about}`),
    ),
    ...section('Rights', rights(call)),
    ...section('Errors', errors(call)),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return [`## ${title}`, '', ...(lines.length === 0 ? ['None.'] : lines), ''];
}

function registers(call: Call): string[] {
  const first = argumentRegisters(call);
  const rows = [
    `| a7 | 0x${call.number.toString(16).padStart(2, '0')} | |`,
    ...registerRows(
      call.arguments.map(({ name, kind }, index) => ({ name, wide: isWide(kind), register: first[index] })),
      call.results.map(({ name, kind }) => ({ name, wide: isWide(kind) })),
    ),
  ];
  return ['| register | before | after |', '| --- | --- | --- |', ...rows];
}

function registerRows(
  given: readonly { name: string; wide: boolean; register: number }[],
  got: readonly { name: string; wide: boolean }[],
): string[] {
  const before: string[] = [];
  for (const { name, wide, register } of given) {
    before[register] = wide ? `\`${name}\`, low word` : `\`${name}\``;
    if (wide) before[register + 1] = `\`${name}\`, high word`;
  }
  const after = ['status'];
  for (const { name, wide } of got) {
    if (wide) after.push(`\`${name}\`, low word`, `\`${name}\`, high word`);
    else after.push(`\`${name}\``);
  }
  const count = Math.max(before.length, after.length);
  return Array.from({ length: count }, (_, i) => `| a${i} | ${before[i] ?? ''} | ${after[i] ?? 'as it was'} |`);
}

function argumentLine(argument: Argument): string {
  return `- \`${argument.name}\` (${argumentKind(argument)}): ${argument.about}`;
}

function argumentKind(argument: Argument): string {
  switch (argument.kind) {
    case 'handle': {
      const type = argument.object.length === 0 ? 'handle' : `handle: ${argument.object.join(' or ')}`;
      return argument.optional === undefined ? type : `${type}; 0: ${argument.optional}`;
    }
    case 'options':
      return named('options', argument.bits);
    case 'choice':
      return named('one of', argument.values);
    case 'u32':
      return 'unsigned';
    case 'i32':
      return 'signed';
    case 'rights':
      return 'rights';
    case 'address':
      return 'address';
    case 'key':
      return 'unsigned, 64 bits';
    case 'structure':
      return `address of a \`tocsin_${argument.layout}\` to ${argument.access === 'input' ? 'read' : 'write'}`;
    case 'structures':
      return `address of an array of \`tocsin_${argument.layout}\``;
    case 'count':
      return 'how many';
    case 'time':
      return 'nanoseconds, 64 bits';
    case 'input':
      return 'address of bytes to read';
    case 'output':
      return 'address of bytes to write';
    case 'length':
      return 'bytes';
    case 'word':
      return 'address of an aligned 32-bit word';
  }
}

function named(what: string, values: Readonly<Record<string, number>>): string {
  const list = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
  return list.length === 0 ? `${what}: none` : `${what}: ${list.join(', ')}`;
}

function rights(call: Call): string[] {
  return call.arguments.flatMap((argument) =>
    argument.kind === 'handle' && argument.rights.length > 0
      ? argument.rights.map((right) => `- \`${argument.name}\` needs **${right}**: ${RIGHT_MEANING[right]}.`)
      : [],
  );
}

function errors(call: Call): string[] {
  const own = Object.entries(call.errors) as [StatusName, string][];
  const common = COMMON_ERRORS.filter((name) => call.errors[name] === undefined);
  return [
    ...own.map(([name, when]) => `- \`${name}\` (${STATUS[name]}): ${when}`),
    ...common.map((name) => `- \`${name}\` (${STATUS[name]}, any call): ${STATUS_MEANING[name]}`),
  ];
}

function index(): string {
  const areas = Object.entries(AREAS).flatMap(([area, { title }]) => {
    const calls = CALLS.filter((call) => call.area === area);
    if (calls.length === 0) return [];
    const rows = calls.map(
      (call) =>
        `| 0x${call.number.toString(16).padStart(2, '0')} | [${call.name}](${call.name}.md) | ${call.summary} |`,
    );
    return ['', `## ${title}`, '', '| number | call | |', '| --- | --- | --- |', ...rows];
  });
  const statuses = (Object.keys(STATUS) as StatusName[]).map(
    (name) => `| ${STATUS[name]} | \`${name}\` | ${STATUS_MEANING[name]} |`,
  );
  return [
    `<!-- ${GENERATED} -->`,
    '# System calls',
    '',
    'A page for every call. `ecall` with the number in a7 and arguments in a0 to a5; a 64-bit argument takes two registers, low',
    'word first; the status comes back in a0, results in a1 and up; all other registers are kept.',
    ...areas,
    '',
    '## Statuses',
    '',
    '| value | name | |',
    '| --- | --- | --- |',
    ...statuses,
    '',
  ].join('\n');
}
