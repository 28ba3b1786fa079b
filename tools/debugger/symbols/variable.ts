/** Variables and values, as front ends see them. */

export interface Variable {
  readonly name: string;
  readonly value: Value;
}

export interface Value {
  /** As one writes it in C: `struct point *`, `char [16]`. */
  readonly type: string;
  /** As gdb prints it: `{a = 1, b = 0x80001234 "text"}`, `<optimized out>`. */
  readonly text: string;
  /** Where it can be changed; undefined where it lies in no one place. */
  readonly location: ValueLocation | undefined;
  /** Bytes; 0 where not known. */
  readonly size: number;
  /** Members of a struct or union, elements of an array (at most 200), what a pointer points to; made when asked for. */
  children(): readonly Variable[];
}

export type ValueLocation =
  | { readonly kind: 'memory'; readonly address: number }
  /** The number of the register, 1 to 31: only right in the innermost frame, elsewhere it is kept in memory. */
  | { readonly kind: 'register'; readonly register: number };

export type Printed =
  | { readonly kind: 'value'; readonly value: Value }
  /** One line for the person, as `no symbol "x" in this context`. */
  | { readonly kind: 'error'; readonly message: string };
