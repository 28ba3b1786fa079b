/** What is used of sql.js: SQLite in WebAssembly. */
declare module 'sql.js/dist/sql-wasm-browser.js' {
  type Cell = number | string | Uint8Array | null;

  export interface Statement {
    run(values?: readonly Cell[]): void;
    step(): boolean;
    get(): Cell[];
    getColumnNames(): string[];
    getSQL(): string;
    free(): boolean;
  }

  export interface StatementIterator {
    next(): { readonly done: boolean; readonly value: Statement };
    getRemainingSQL(): string;
  }

  export interface Database {
    exec(sql: string): { readonly columns: string[]; readonly values: Cell[][] }[];
    prepare(sql: string): Statement;
    iterateStatements(sql: string): StatementIterator;
    create_function(name: string, work: (...values: never[]) => Cell): void;
    close(): void;
  }

  export interface Engine {
    readonly Database: new () => Database;
  }

  export default function initialize(options: { readonly wasmBinary: Uint8Array }): Promise<Engine>;
}
