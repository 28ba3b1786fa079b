/** A client of the protocol without a socket: packets go in, packets come out, and the world runs when it is let go. */
import { Client } from '../../../../tools/debugger/gdb/client.js';
import type { Script } from './scripted-debuggee.js';
import { ScriptedTarget } from './scripted-target.js';

/** Instructions after which a world that nothing stops is interrupted. */
const PATIENCE = 1000;

export class Conversation {
  readonly target: ScriptedTarget;
  readonly client: Client;

  constructor(script?: Script) {
    this.target = new ScriptedTarget(script);
    this.client = new Client(this.target);
  }

  /** The answers to a packet: where it lets the world go on, those of the next stop. */
  say(payload: string): readonly string[] {
    const answers = this.client.receive(payload);
    if (!this.client.isRunning) return answers;
    const progress = this.client.run(PATIENCE);
    if (progress.kind === 'told') return progress.packets;
    if (progress.kind === 'over') return this.client.end(progress.outcome);
    return this.client.interrupt();
  }

  /** The one answer. */
  ask(payload: string): string {
    const answers = this.say(payload);
    if (answers.length !== 1) throw new Error(`${payload} has ${answers.length} answers: ${answers.join(' ')}`);
    return answers[0];
  }

  /** What a person reads of the answers, and the last of them. */
  read(payload: string): { readonly shown: string; readonly answer: string | undefined } {
    const answers = this.say(payload);
    const shown = answers.filter((answer) => /^O[\da-f]/.test(answer));
    return {
      shown: shown.map((answer) => Buffer.from(answer.slice(1), 'hex').toString()).join(''),
      answer: answers.at(-1),
    };
  }

  monitor(line: string): string {
    return this.read(`qRcmd,${Buffer.from(line).toString('hex')}`).shown;
  }
}

/** A conversation whose world is stopped. */
export function attached(script?: Script): Conversation {
  const conversation = new Conversation(script);
  conversation.say('?');
  return conversation;
}

export function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
