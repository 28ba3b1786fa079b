/** Interrupts of a device, each to a compiled driver and back: what a microkernel's drivers live on. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

export function interruptFigure(plan: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'least', value: 200_000 } as const;
  const figure = { name: 'interrupts', title: 'interrupt to a driver and back', unit: 'rounds/s', wanted } as const;
  const { warmUp, seconds } = plan.window;
  try {
    const measure = (): number => runChild('interrupts', String(warmUp), String(seconds)).interruptsPerSecond;
    const tocsin = spread(Array.from({ length: plan.repeats }, measure));
    return { ...figure, tocsin, met: tocsin.median >= wanted.value };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}
