/** `userland/script/calls.ts`: one stub a call for scripted threads. */
import { type Argument, CALLS, type Call } from '../../syscalls/calls.js';
import { GENERATED, type Product } from './product.js';

export function scriptCalls(): Product {
  const text = [
    `/** ${GENERATED} */`,
    "import { type CallScript, call, type Key, keyWords, timeFromWords, timeWords } from './script.js';",
    '',
    ...CALLS.flatMap(stub),
  ].join('\n');
  return { path: 'userland/script/calls.ts', text };
}

/** `function* futex_wake(addr: number, count: number): CallScript<{ readonly woken: number }>` */
export function scriptPrototype(call: Call): string {
  const last = call.arguments.length - 1;
  let needed = last;
  while (needed >= 0 && mayBeLeftOut(call.arguments[needed], needed === last)) needed--;
  const parameters = call.arguments
    .map((argument, i) => {
      const name = parameterName(argument);
      if (i > needed) return `${name} = 0`;
      return `${name}: ${argument.kind === 'key' ? 'Key' : 'number'}`;
    })
    .join(', ');
  const results = call.results.map((result) => `readonly ${result.name}: number`).join('; ');
  return `function* ${call.name}(${parameters}): CallScript${results === '' ? '' : `<{ ${results} }>`}`;
}

/** What need not be given where nothing follows that must: 0 says that it is not. Of options only the last argument. */
function mayBeLeftOut(argument: Argument, isLast: boolean): boolean {
  if (argument.kind === 'options') return isLast;
  return (argument.kind === 'handle' || argument.kind === 'u32') && argument.optional !== undefined;
}

/** The table's `map_len` is `mapLen` here. */
export function parameterName(argument: Argument): string {
  return argument.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function stub(call: Call): string[] {
  const words = call.arguments.map((argument) => {
    const name = parameterName(argument);
    if (argument.kind === 'key') return `...keyWords(${name})`;
    return argument.kind === 'time' ? `...timeWords(${name})` : name;
  });
  const results: string[] = [];
  let next = 0;
  for (const { name, kind } of call.results) {
    if (kind === 'time') {
      results.push(`${name}: timeFromWords(values[${next}], values[${next + 1}])`);
      next += 2;
    } else {
      results.push(`${name}: values[${next}] >>> 0`);
      next += 1;
    }
  }
  const number = `0x${call.number.toString(16).padStart(2, '0')}`;
  const answer = results.length === 0 ? '{ status }' : '{ status, values }';
  return [
    `/** ${call.summary} */`,
    `export ${scriptPrototype(call)} {`,
    `const ${answer} = yield call(${[number, ...words].join(', ')});`,
    `return { ${['status', ...results].join(', ')} };`,
    '}',
    '',
  ];
}
