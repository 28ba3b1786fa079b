/** Lists, and finding and removing what is in them. */

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model has lost something');
  return value;
}

export function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  return must(all.find((one) => one.name === name));
}

export function removeWhere<T>(all: T[], goes: (one: T) => boolean): void {
  for (let i = all.length - 1; i >= 0; i--) if (goes(all[i])) all.splice(i, 1);
}

export function remove<T>(all: T[], one: T): void {
  removeWhere(all, (other) => other === one);
}
