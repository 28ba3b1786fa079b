import { FOREVER, SOURCE, VERDICT } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { event_resolve, event_wait, interrupt_create } from 'tocsin/script';

/** A line of the interrupt controller that no device of the board has. */
const LINE = 20;

scenario('a line that is still high after the answer interrupts again, and one that is low does not', (s) => {
  const event = s.structure('packet');
  const owner = s.thread('owner', (own) => interrupt_create(own.resource, LINE, 0, 0));
  s.run();
  const { interrupt } = owner.result;
  const driver = s.thread('driver', function* () {
    for (let seen = 0; ; ) {
      const { generation } = yield* event_wait(interrupt, SOURCE.INTERRUPT, seen, FOREVER, event);
      seen = generation;
      yield* event_resolve(interrupt, s.fields('packet', event).data0, VERDICT.HANDLED);
    }
  });
  const answers = () => s.journal({ call: 'event_resolve', thread: driver }).length;
  s.run();
  expect(answers()).toBe(0);

  s.raiseInterrupt(LINE);
  s.run(() => answers() === 3);
  s.lowerInterrupt(LINE);
  s.run();
  expect(driver).toBeBlockedOn('event', { object: s.object(interrupt) });
  expect(s.object(interrupt)).toHaveDelivered(answers());
});
