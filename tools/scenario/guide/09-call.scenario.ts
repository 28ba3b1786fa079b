import { FOREVER } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { channel_call, channel_create, channel_receive, channel_reply } from 'tocsin/script';

scenario('a call waits for its reply, which goes to the caller and nobody else', (s) => {
  const [question, answer, room] = [s.data('6 times 7'), s.data('42'), s.memory(16)];
  const ask = s.structure('message', { data: question.address, data_len: question.length });
  const reply = s.structure('message', { data: answer.address, data_len: answer.length });
  const answered = s.structure('message', { data: room, data_len: 16 });

  const owner = s.thread('owner', (own) => channel_create(own.allocator, 64, 0));
  s.run();
  const client = s.thread('client', () => channel_call(owner.result.first, ask, answered, FOREVER));
  s.run();
  expect(client).toBeBlockedOn('send');

  // The server is a process of its own: it is given the other end.
  const server = s.spawn('server', function* () {
    const request = s.structure('message', { data: s.memory(16), data_len: 16 });
    const received = yield* channel_receive(end, request, 0, FOREVER);
    return yield* channel_reply(received.reply, reply);
  });
  const end = s.share(owner.result.second, server.process);
  s.run();
  expect(server.result.status).toBeStatus('OK');
  expect(client.result.status).toBeStatus('OK');
  expect(client.result.bytes).toBe(2);
  expect(new TextDecoder().decode(s.read(room, 2))).toBe('42');
});

scenario('a server that lets the reply go ends the call', (s) => {
  const empty = s.structure('message');
  const owner = s.thread('owner', (own) => channel_create(own.allocator, 64, 0));
  s.run();
  const client = s.thread('client', () => channel_call(owner.result.first, empty, empty, FOREVER));
  const careless = s.spawn('careless', () => channel_receive(end, empty, 0, FOREVER));
  const end = s.share(owner.result.second, careless.process);
  s.run();
  expect(careless).toHaveEnded({ code: 0 });
  expect(client.result.status).toBeStatus('CANCELED');
});
