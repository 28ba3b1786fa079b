/** Expressions as the parser gives them. */

/** `unsigned int`, `struct point *`: as it was written, one blank between words and before stars. */
export interface TypeName {
  /** Without stars. */
  readonly base: string;
  readonly stars: number;
}

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint; readonly isUnsigned: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'dollar'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly arrow: boolean }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | '~' | '!' | '*' | '&'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly of: Expression; readonly then: Expression; readonly otherwise: Expression }
  | { readonly kind: 'assign'; readonly operator: string; readonly to: Expression; readonly value: Expression }
  | { readonly kind: 'cast'; readonly type: TypeName; readonly of: Expression }
  /** `sizeof x`, `sizeof (type)`. */
  | { readonly kind: 'size'; readonly of: Expression | TypeName }
  /** `{type} address`, gdb's way to say `*(type *) address`. */
  | { readonly kind: 'at'; readonly type: TypeName; readonly of: Expression }
  /** `*p@4`: so many in a row. */
  | { readonly kind: 'repeat'; readonly of: Expression; readonly count: Expression };

export function isTypeName(of: Expression | TypeName): of is TypeName {
  return 'stars' in of;
}

export function typeText({ base, stars }: TypeName): string {
  return stars === 0 ? base : `${base} ${'*'.repeat(stars)}`;
}
