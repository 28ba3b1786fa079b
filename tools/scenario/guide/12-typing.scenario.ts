import { expect, scenario } from 'tocsin/scenario';

scenario('a program that reads its standard input waits for what is typed', { console: true }, async (s) => {
  const greeter = await s.guest('greeter.c');
  s.run();
  expect(s.output).toBe('Who are you? ');
  expect(greeter).toBeBlockedOn('reply');

  s.type('Ada\n');
  s.run('ended');
  expect(s.output).toBe('Who are you? Hello, Ada!\n');
  expect(greeter).toHaveEnded({ code: 0 });
});

scenario('where nothing more is typed the program is told so', { console: true }, async (s) => {
  const greeter = await s.guest('greeter.c');
  s.endInput();
  s.run('ended');
  expect(greeter).toHaveEnded({ code: 1 });
});
