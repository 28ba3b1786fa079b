/** `userland/include/tocsin/records.h`: the types of records that journal_read gives, with what their fields are. */
import { LEFT_OUT, TRANSITIONS } from '../../kernel/index.js';
import type { Product } from './product.js';

export function recordsHeader(): Product {
  const seen = TRANSITIONS.filter(({ name }) => !LEFT_OUT.has(name));
  const text = [
    '/*',
    ' * Generated from kernel/transitions/ by `npm run generate`; do not edit.',
    ' *',
    ' * Records of the journal as journal_read gives them. Numbers are never used again. The comment names the fields in order; the',
    ' * last, if it is a time, is in the words 6 and 7. Rows are places in tables of the kernel: the record that makes an object',
    ' * says which koid has a row.',
    ' */',
    '#ifndef TOCSIN_RECORDS_H',
    '#define TOCSIN_RECORDS_H',
    '',
    '#include <tocsin.h>',
    '',
    ...seen.map(({ name, number, fields, time }) => {
      const words = [...fields, ...(time === undefined ? [] : [`${time} (ns)`])].join(' ');
      return `#define TOCSIN_RECORD_${name.toUpperCase()} ${number}${words === '' ? '' : ` /* ${words} */`}`;
    }),
    '',
    '#ifndef __ASSEMBLER__',
    '',
    '/* A filter that looks for nothing yet, and polls. */',
    '#define TOCSIN_JOURNAL_FILTER ((struct tocsin_journal_filter){0})',
    '',
    '/* Lets a filter look for records of a type. */',
    'static inline void tocsin_journal_look_for(struct tocsin_journal_filter *filter, uint32_t type)',
    '{',
    '    (&filter->types0)[type / 32] |= (uint32_t)1 << (type % 32);',
    '}',
    '',
    '/* Of a TOCSIN_RECORD_CALL: which call it was, and its status. */',
    'static inline uint32_t tocsin_journal_call(const struct tocsin_journal_record *record)',
    '{',
    '    return record->field0 & 0xffff;',
    '}',
    '',
    '/* 0x7fff: it waits. 0x7ffe: it ended its thread. 0x7ffd: it is made again. */',
    'static inline tocsin_status tocsin_journal_status(const struct tocsin_journal_record *record)',
    '{',
    '    return (int32_t)record->field0 >> 16;',
    '}',
    '',
    '#endif /* __ASSEMBLER__ */',
    '#endif /* TOCSIN_RECORDS_H */',
    '',
  ].join('\n');
  return { path: 'userland/include/tocsin/records.h', text };
}
