/** Values as front ends get them: text, type and place, and their parts when somebody asks for those. */
import type { Entry } from './entry.js';
import type { Operand } from './print-expression.js';
import { bareType, isRecord, typeBytes, typeName } from './type.js';
import { elementsOf, membersOf, type TypedValue } from './typed-value.js';
import { MAX_ELEMENTS, pointerPrefix, type Surroundings, targetOf, valueText } from './value-text.js';
import type { Value, Variable } from './variable.js';

const NO_CHILDREN = (): readonly Variable[] => [];

export function shownVariable(entry: Entry, value: TypedValue, around: Surroundings): Variable {
  return { name: entry.name ?? '?', value: shownValue(value, around) };
}

function shownValue(value: TypedValue, around: Surroundings): Value {
  return {
    type: valueType(value),
    text: valueText(value, around),
    location: value.location,
    size: value.dimensions === undefined ? typeBytes(value.type) : 0,
    children: () => childrenOf(value, around),
  };
}

/** As `print` has it: a pointer says what it points to. */
export function shownOperand(operand: Operand, around: Surroundings): Value {
  if (operand.kind === 'number') {
    return { type: 'int', text: String(operand.number), location: undefined, size: 4, children: NO_CHILDREN };
  }
  if (operand.kind === 'address') {
    const name = around.symbolText(operand.address);
    const type = typeName(operand.type);
    const pointer =
      type.endsWith(']') || type.endsWith(')') ? type.replace(/ ?([[(])/, ' (*)$1') : `${type} *`.replace('* *', '**');
    const text = `(${pointer}) 0x${operand.address.toString(16)}${name === undefined ? '' : ` <${name}>`}`;
    return { type: pointer, text, location: undefined, size: 4, children: NO_CHILDREN };
  }
  const { value } = operand;
  const shown = shownValue(value, around);
  const prefix = value.content.kind === 'optimized out' ? '' : pointerPrefix(value.type);
  return { ...shown, text: `${prefix}${shown.text}` };
}

/** Of an inner array without an entry of its own, what its elements are and how many. */
function valueType({ type, dimensions }: TypedValue): string {
  if (dimensions === undefined) return typeName(type);
  const element = typeName(bareType(type)?.type);
  return `${element} ${dimensions.map((count) => `[${count}]`).join('')}`;
}

function childrenOf(value: TypedValue, around: Surroundings): readonly Variable[] {
  const type = bareType(value.type);
  if (isRecord(type)) {
    return membersOf(value).map(({ name, value: member }) => ({ name: name ?? '', value: shownValue(member, around) }));
  }
  const elements = elementsOf(value);
  if (elements !== undefined) {
    const count = Math.min(elements.count, MAX_ELEMENTS);
    return Array.from({ length: count }, (_, index) => ({
      name: `[${index}]`,
      value: shownValue(elements.at(index), around),
    }));
  }
  const target = value.content.kind === 'optimized out' ? undefined : targetOf(value, around.memory);
  if (target?.type === undefined || (target.content.kind === 'memory' && target.content.address === 0)) return [];
  return [{ name: '*', value: shownValue(target, around) }];
}
