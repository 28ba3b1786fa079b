import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What JavaScript itself does not have, but both Node and browsers do, and the lower layers may use. */
const PORTABLE_GLOBALS = `
declare class TextEncoder { encode(text?: string): Uint8Array<ArrayBuffer>; }
declare class TextDecoder { constructor(label?: string, options?: { fatal?: boolean }); decode(bytes?: Uint8Array): string; }
declare namespace WebAssembly {
  class Memory { constructor(descriptor: { initial: number; maximum?: number; shared?: boolean }); readonly buffer: ArrayBuffer; }
}
`;

/** Law 4: nothing comes from the host's clock or randomness, though the language offers them. */
const FORBIDDEN = [
  ['Date', undefined],
  ['Math', 'random'],
] as const;

const GLOBALS_FILE = join(process.cwd(), 'tests/project/portable-globals.d.ts');
const LAYERS = ['machine', 'syscalls', 'kernel'];

function sourcesOf(layer: string): string[] {
  const entries = readdirSync(layer, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(process.cwd(), layer, name));
}

/** Every complaint about the lower layers compiled without Node's types, with `planted` as one more file of the machine. */
function complaints(planted?: string): string[] {
  const plantedFile = join(process.cwd(), 'machine/planted.ts');
  const extra = new Map([[GLOBALS_FILE, PORTABLE_GLOBALS]]);
  if (planted !== undefined) extra.set(plantedFile, planted);
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: ['package.json'] },
    ts.sys,
    process.cwd(),
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => extra.get(name) ?? readFile(name);
  host.fileExists = (name) => extra.has(name) || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = extra.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const roots = planted === undefined ? LAYERS.flatMap(sourcesOf) : [plantedFile];
  const program = ts.createProgram([...roots, GLOBALS_FILE], { ...options, types: [], noEmit: true }, host);
  const found = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    return `${diagnostic.file?.fileName ?? ''}: ${text}`;
  });
  for (const file of program.getSourceFiles()) {
    if (!file.isDeclarationFile)
      visit(file, program.getTypeChecker(), (what) => found.push(`${file.fileName}: ${what}`));
  }
  return found;
}

function visit(node: ts.Node, checker: ts.TypeChecker, report: (what: string) => void): void {
  for (const [name, member] of FORBIDDEN) {
    if (!ts.isIdentifier(node) || node.text !== name || !isGlobal(node, checker)) continue;
    const { parent } = node;
    if (member === undefined) report(`uses ${name}`);
    else if (ts.isPropertyAccessExpression(parent) && parent.name.text === member) report(`uses ${name}.${member}`);
  }
  ts.forEachChild(node, (child) => visit(child, checker, report));
}

function isGlobal(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
  return declarations.some((declaration) => declaration.getSourceFile().isDeclarationFile);
}

describe('machine, syscalls and kernel', () => {
  it('use nothing of Node, no clock and no randomness of the host', () => {
    expect(complaints()).toEqual([]);
  });
});

describe('the check of what they use', () => {
  it.each([
    ['process.exit(1);', 'process'],
    ["Buffer.from('');", 'Buffer'],
    ["require('fs');", 'require'],
    ["import { readFileSync } from 'node:fs';\nreadFileSync('');", 'node:fs'],
    ['console.log(1);', 'console'],
    ['setTimeout(() => undefined, 1);', 'setTimeout'],
    ['performance.now();', 'performance'],
    ['export const now = Date.now();', 'Date'],
    ['export const luck = Math.random();', 'Math.random'],
  ])('finds %s', (planted, named) => {
    expect(complaints(`${planted}\nexport {};\n`).join('\n')).toContain(named);
  });

  it('lets a local variable be called process', () => {
    expect(complaints('const process = 1;\nexport const next = process + 1;\n')).toEqual([]);
  });
});
