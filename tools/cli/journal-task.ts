/** What `tocsin journal` lets a thread of its own do, and what that says: a query or a replay cannot be interrupted otherwise. */
import type { ImageRole } from '../../kernel/index.js';

export type Task =
  | { readonly kind: 'sql'; readonly query: string; readonly json: boolean }
  | { readonly kind: 'perfetto' }
  | { readonly kind: 'otlp' };

export interface WorkerData {
  readonly file: string;
  readonly task: Task;
  /** Executables that the recording only names. */
  readonly images: Readonly<Partial<Record<ImageRole, Uint8Array>>>;
  /** How many portions were printed: the worker waits there until few are on their way. */
  readonly printed: Int32Array;
}

export type Said =
  | { readonly kind: 'text'; readonly text: string }
  /** Something that the user can put right. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'done'; readonly cut: string | undefined };
