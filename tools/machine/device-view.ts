/** A device as the monitor shows it: where it is, and its registers as they are now. */
import type { Mapping, RegisterValue } from '../../machine/index.js';
import { word } from './stepper.js';

/** Of a device with more registers than this, those that are zero are counted, and not shown. */
const MAX_REGISTERS = 32;

/** `10000000..100000ff  uart  interrupt 10` */
export function placeLine({ base, device, interrupt }: Mapping): string {
  const source = interrupt === undefined ? '' : `  interrupt ${interrupt}`;
  return `${word(base)}..${word(base + device.bytes - 1)}  ${device.name}${source}`;
}

/** `  LSR  0x5  00000060  THRE TEMT`, a line for each register. */
export function registerLines({ device }: Mapping): readonly string[] {
  const registers = device.registers();
  const shown = registers.length > MAX_REGISTERS ? registers.filter(({ value }) => value !== 0) : registers;
  const widths = {
    name: Math.max(...shown.map(({ name }) => name.length)),
    offset: Math.max(...shown.map(({ offset }) => offset.toString(16).length)),
  };
  const lines = shown.map((register) => registerLine(register, widths));
  const hidden = registers.length - shown.length;
  return hidden === 0 ? lines : [...lines, `  and ${hidden} registers that are zero`];
}

function registerLine(
  { name, offset, value, fields }: RegisterValue,
  widths: { readonly name: number; readonly offset: number },
): string {
  const place = `0x${offset.toString(16).padStart(widths.offset, '0')}`;
  const set = fields.filter((field) => field.value !== 0);
  const parts = set.map((field) => (field.bits === 1 ? field.name : `${field.name}=${field.value}`));
  const holds = value === undefined ? 'only takes stores' : word(value);
  return [`  ${name.padEnd(widths.name)}  ${place}  ${holds}`, ...(parts.length > 0 ? [parts.join(' ')] : [])].join(
    '  ',
  );
}
