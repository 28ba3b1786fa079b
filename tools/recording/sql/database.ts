/**
 * A recording as a database, by SQLite in WebAssembly (sql.js). It lies in memory and is made anew for each recording: nothing that
 * a query does can reach the file. A table is filled when a query opens it: what the engine opens for a statement it says itself.
 */
import initialize, { type Database, type Statement } from 'sql.js/dist/sql-wasm-browser.js';
import type { Recording } from '../../../kernel/index.js';
import { Story, type StoryListener } from '../story/story.js';
import type { Collector, StoryTable, Value } from './table.js';
import { functionsOf, insertStatement, RAW_TABLE, RECORDS, rawRows, typeView } from './tables/records.js';
import { NAMED_QUERIES, STORY_TABLES } from './tables.js';

/** A query that cannot be answered: one line. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
}

export interface Answer {
  readonly columns: readonly string[];
  /** Can be gone through once. Throws SqlError. */
  readonly rows: Iterable<readonly Cell[]>;
}

export type Cell = number | string | Uint8Array | null;

export class RecordedDatabase {
  private readonly filled = new Set<string>();
  private readonly typeViews = new Set<string>();

  private constructor(
    private readonly database: Database,
    private readonly recording: Recording,
  ) {
    // Everything is temporary, which the engine keeps in memory without any file of its own: a third faster.
    database.exec('PRAGMA temp_store = MEMORY;');
    for (const [name, { count, work }] of Object.entries(functionsOf(recording))) {
      const exact = (...cells: never[]): Value => work(...cells);
      database.create_function(name, Object.defineProperty(exact, 'length', { value: count }));
    }
    const tables = STORY_TABLES.map(({ name, columns }) => {
      const declared = columns.map((column) => `"${column.name}" ${column.type}`);
      return `CREATE TEMP TABLE ${name}(${declared.join(', ')});`;
    });
    const views = [RECORDS, ...NAMED_QUERIES].map(({ name, sql }) => `CREATE TEMP VIEW ${name} AS ${sql};`);
    database.exec(`BEGIN; ${RAW_TABLE} ${tables.join(' ')} ${views.join(' ')} COMMIT;`);
    const types = database.prepare('INSERT INTO record_types VALUES (?, ?, ?, ?, ?)');
    recording.schema.types.forEach(({ name, class: kind, fields, time, about }, number) => {
      types.run([number, name, kind, [...fields, ...(time === null ? [] : [time])].join(','), about]);
    });
    types.free();
    this.filled.add('record_types');
  }

  /** The recording must have every record. `wasm`: the engine (`engine-file.ts`). */
  static async open(recording: Recording, wasm: Uint8Array): Promise<RecordedDatabase> {
    const { Database } = await initialize({ wasmBinary: wasm });
    return new RecordedDatabase(new Database(), recording);
  }

  /** Answers one statement. Throws SqlError, or RecordingError where records cannot be read. */
  query(sql: string): Answer {
    const statement = this.prepared(sql);
    this.fill(this.opened(statement));
    return { columns: statement.getColumnNames(), rows: this.rowsOf(statement) };
  }

  close(): void {
    this.database.close();
  }

  private prepared(sql: string): Statement {
    this.declareTypes(sql);
    return this.guarded(() => {
      const statements = this.database.iterateStatements(sql);
      const first = statements.next();
      if (first.done) throw new SqlError('there is no query in it');
      if (!this.database.iterateStatements(statements.getRemainingSQL()).next().done)
        throw new SqlError('it has more than one statement: ask one question at a time');
      return first.value;
    });
  }

  /** Views of types of records are made when a query may name them: there are many. */
  private declareTypes(sql: string): void {
    const words = new Set(sql.match(/\w+/g));
    this.recording.schema.types.forEach((type, number) => {
      const asked = words.has(type.name) || [...words].some((word) => VIEWS_OVER.get(word)?.includes(type.name));
      if (!asked || this.typeViews.has(type.name)) return;
      this.typeViews.add(type.name);
      this.database.exec(typeView(type, number));
    });
  }

  /** The tables that a statement opens. Throws SqlError where it would write. */
  private opened(statement: Statement): ReadonlySet<string> {
    const sql = statement.getSQL();
    // What only explains reads nothing.
    if (/^\s*explain\b/i.test(sql)) return new Set();
    const places = new Map(
      this.database
        .exec('SELECT rootpage, name FROM sqlite_temp_schema WHERE rootpage > 0')
        .flatMap(({ values }) => values.map(([page, name]): [number, string] => [Number(page), String(name)])),
    );
    return this.guarded(() => {
      const tables = new Set<string>();
      const program = this.database.prepare(`EXPLAIN ${sql}`);
      while (program.step()) {
        const [, operation, , second] = program.get();
        // SQLite's list of operations: a transaction whose second operand is not 0 may write.
        if (operation === 'Transaction' && second !== 0)
          throw new SqlError('it would change the database: a recording is only read');
        const name = places.get(Number(second));
        if (operation === 'OpenRead' && name !== undefined) tables.add(name);
      }
      program.free();
      return tables;
    });
  }

  private fill(tables: ReadonlySet<string>): void {
    const missing = [...tables].filter((name) => !this.filled.has(name));
    if (missing.includes('record')) this.insertRecords();
    const asked = STORY_TABLES.filter(({ name }) => missing.includes(name));
    if (asked.length > 0) this.tell(asked);
    for (const name of missing) this.filled.add(name);
  }

  private insertRecords(): void {
    const { types } = this.recording.schema;
    const inserts: (Statement | undefined)[] = [];
    this.database.exec('BEGIN');
    let isFirst = true;
    for (const { type, values } of rawRows(this.recording)) {
      let insert = inserts[type];
      if (insert === undefined) {
        insert = this.database.prepare(insertStatement(types[type], type));
        inserts[type] = insert;
      }
      insert.run(values);
      if (isFirst) this.database.exec('UPDATE record SET idx = 0');
      isFirst = false;
    }
    for (const insert of inserts) insert?.free();
    this.database.exec('COMMIT');
  }

  private inserting(table: string, columns: number): Statement {
    return this.database.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(',')})`);
  }

  /** Tells the story of the run to the tables that want it. */
  private tell(tables: readonly StoryTable[]): void {
    const story = new Story(this.recording);
    this.database.exec('BEGIN');
    const inserts: Statement[] = [];
    const collectors = tables.map(({ name, columns, rows }): Collector => {
      const insert = this.inserting(name, columns.length);
      inserts.push(insert);
      return rows(story, (row) => insert.run(row));
    });
    const left = story.tell(collectors satisfies readonly StoryListener[]);
    for (const collector of collectors) collector.end?.(left);
    for (const insert of inserts) insert.free();
    this.database.exec('COMMIT');
  }

  private *rowsOf(statement: Statement): Generator<readonly Cell[]> {
    while (this.guarded(() => statement.step())) yield statement.get();
    statement.free();
  }

  /** What the engine says of a query, in one line. */
  private guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof SqlError || !(error instanceof Error)) throw error;
      throw new SqlError(error.message.replace(/\s+/g, ' '));
    }
  }
}

/** Named queries that are made of views of types of records. */
const VIEWS_OVER: ReadonlyMap<string, readonly string[]> = new Map([['choices', ['choice']]]);
