/** Part of the reference model: channels. A message moves when both queues of an endpoint have somebody. */
import { type CallOf, error, ok, type Result } from '../calls.js';
import { Broadcast } from './broadcast.js';
import { must, remove } from './lists.js';
import {
  contentOf,
  type End,
  isWait,
  type Listener,
  type Message,
  type Reply,
  type Thread,
  unitsOf,
  type Wait,
} from './objects.js';

export abstract class Channels extends Broadcast {
  protected send(call: CallOf<'channel_send' | 'channel_call'>, caller: Thread): Result | undefined {
    const { peer } = this.endpoint(call.end);
    const message = { number: ++this.messages, bytes: call.bytes };
    if (peer === undefined) return error('PEER_CLOSED');
    // No reply could come within the step.
    if (call.call === 'channel_call' && call.deadline === 'past') return error('TIMED_OUT');
    const by: Wait = this.stand(caller, call, call.deadline, []);
    const reply = call.call === 'channel_call' ? { name: undefined, caller: by } : undefined;
    peer.incoming.push({ ...message, by, reply });
    this.meet(peer);
    // A deadline in the past polls: the message is with a receiver that waited already, or is withdrawn.
    if (call.deadline === 'past' && caller.wait === by) this.wake(by, error('TIMED_OUT'));
    return this.resultOf(caller);
  }

  protected sendAsync(call: CallOf<'channel_send_async'>): Result {
    const { peer } = this.endpoint(call.end);
    const message = { number: ++this.messages, bytes: call.bytes };
    if (peer === undefined) return error('PEER_CLOSED');
    const result = this.register(this.pool(call.pool), { role: 'send', key: call.key, object: call.end, list: [] });
    if (result.status !== 'OK') return result;
    peer.incoming.push({ ...message, by: this.registrations[this.registrations.length - 1], reply: undefined });
    this.meet(peer);
    return result;
  }

  protected receive(call: CallOf<'channel_receive'>, caller: Thread): Result | undefined {
    const end = this.endpoint(call.end);
    if (end.peer === undefined && end.incoming.length === 0) return error('PEER_CLOSED');
    const wait = this.stand(caller, call, call.deadline, [end.receivers]);
    this.meet(end);
    if (call.deadline === 'past' && caller.wait === wait) this.wake(wait, error('TIMED_OUT'));
    return this.resultOf(caller);
  }

  protected receiveAsync(call: CallOf<'channel_receive_async'>): Result {
    const { key, max, truncate, reenter } = call;
    const end = this.endpoint(call.end);
    const pool = this.pool(call.pool);
    if (max > 0 && !pool.variable) return error('NOT_SUPPORTED');
    if (end.peer === undefined && end.incoming.length === 0) return error('PEER_CLOSED');
    const list = end.receivers;
    const result = this.register(pool, { role: 'receive', key, object: call.end, list, stays: reenter, max, truncate });
    this.meet(end);
    return result;
  }

  /** While there are both: the oldest message is offered to the receiver at the head, which leaves the queue. */
  protected meet(end: End): void {
    while (end.incoming.length > 0 && end.receivers.length > 0) {
      const [message] = end.incoming;
      if (!this.offer(end, message, end.receivers[0])) continue;
      remove(end.incoming, message);
      this.sent(message);
    }
    if (end.peer === undefined && end.incoming.length === 0) this.endReceivers(end, 'PEER_CLOSED');
  }

  protected offer(end: End, message: Message, to: Listener): boolean {
    if (isWait(to)) {
      const { room, truncate } = to.call as CallOf<'channel_receive'>;
      const { bytes } = message;
      const fits = bytes <= room || truncate;
      if (!fits) this.wake(to, error('BUFFER_TOO_SMALL', { bytes }));
      else {
        const reply = message.reply === undefined ? '-' : `reply${this.receiveReply(message.reply)}`;
        this.wake(to, ok({ bytes, ...contentOf(message, Math.min(bytes, room)), reply }));
      }
      return fits;
    }
    const fits = message.bytes <= to.max || to.truncate;
    const data = [message.bytes, 0, 0, 0, 0];
    const told = { ...this.told(end.name, 'MESSAGE', fits ? 0 : 'BUFFER_TOO_SMALL', to.key), data };
    const bytes = Math.min(message.bytes, to.max);
    if (fits) this.deliver(to, told, to.stays, { message, bytes, units: to.pool.variable ? unitsOf(bytes, 0) : 1 });
    else this.deliver(to, { ...told, flags: 'ERROR' }, false);
    return fits;
  }

  /** Somebody has the means to answer a call; its number. */
  protected receiveReply(reply: Reply): number {
    reply.name = `reply${++this.repliesEver}`;
    this.replies.push(reply);
    return this.repliesEver;
  }

  /** The receiver has it: only now is a message sent. A call goes on to wait for its reply. */
  protected sent({ by, bytes, reply }: Message): void {
    if (!isWait(by)) this.deliver(by, { ...this.told(by.object, 'SENT', 0, by.key), data: [bytes, 0, 0, 0, 0] }, false);
    else if (reply === undefined) this.wake(by, ok());
    else by.reply = reply;
  }

  protected reply(call: CallOf<'channel_reply'>): Result {
    const message = { number: ++this.messages, bytes: call.bytes };
    const reply = must(this.replies.find(({ name }) => name === call.reply));
    remove(this.replies, reply);
    const { caller } = reply;
    if (caller.thread.wait !== caller) return error('PEER_CLOSED');
    const { room } = caller.call as CallOf<'channel_call'>;
    const { bytes } = call;
    const fits = bytes <= room;
    this.wake(caller, fits ? ok({ bytes, ...contentOf(message, bytes) }) : error('BUFFER_TOO_SMALL', { bytes }));
    return fits ? ok() : error('BUFFER_TOO_SMALL');
  }

  /** Nobody will answer. */
  protected dropReply(reply: Reply | undefined): void {
    if (reply === undefined) return;
    remove(this.replies, reply);
    if (reply.caller.thread.wait === reply.caller) this.wake(reply.caller, error('CANCELED'));
  }

  protected endReceivers(end: End, status: string): void {
    this.closeList(end.receivers, end.name, 'MESSAGE', status);
  }

  /** Messages to it are not received any more; those that it has sent still are. */
  protected closeEnd(end: End): void {
    end.open = false;
    for (const message of [...end.incoming]) {
      remove(end.incoming, message);
      const { by } = message;
      if (isWait(by)) this.wake(by, error('PEER_CLOSED'));
      else this.deliver(by, { ...this.told(by.object, 'SENT', 'PEER_CLOSED', by.key), flags: 'ERROR|LAST' }, false);
    }
    this.endReceivers(end, 'CANCELED');
    for (const parked of this.pools.flatMap((pool) => pool.parked)) if (parked.list === end.receivers) this.end(parked);
    const { peer } = end;
    if (peer === undefined) return;
    peer.peer = undefined;
    this.later.push(() => this.meet(peer));
  }
}
