/**
 * A recorded run for ui.perfetto.dev: the Trace Event Format (JSON), of which that viewer shows B and E (slices, which have to nest on
 * their track), C (counters), M (names) and s and f (arrows). It is written as the run is gone through, in the order of time.
 *
 * A thread is a track of its process. Its slices are what it does (running, ready, waits for …); a call is a slice within
 * `running`, without length, or around the wait that it has. A channel is a track with its messages, an allocator a counter, and
 * what comes from hardware has tracks, too. Arrows go from the call that woke a thread to what it does then, and from who sends a
 * message over the channel to who has it. Times are virtual; the format wants microseconds.
 */
import type { Recording } from '../../../kernel/index.js';
import { WORD } from '../../../kernel/journal/record.js';
import { isLive } from '../../../kernel/state/table.js';
import { objectNamed, threadCreated, threadEnded } from '../../../kernel/transitions/tasks.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { stateOf } from '../sql/tables/objects.js';
import { type Left, Story } from '../story/story.js';
import type { Call, Message, Step, Wait } from '../story/things.js';

/** Numbers of processes that are none: no koid is as large. */
const HARDWARE = 2_000_000_001;
const CHANNELS = 2_000_000_002;
const ALLOCATORS = 2_000_000_003;

const HARDWARE_TRACKS = { timer: 1, interrupt: 2, input: 3, boot: 4, outside: 5 } as const;

interface Track {
  readonly process: number;
  readonly track: number;
  /** What is shown now, undefined where nothing is. */
  shown: string | undefined;
  /** The call whose slice is around that. */
  call: Call | undefined;
}

export function writePerfetto(recording: Recording, write: (text: string) => void): void {
  const story = new Story(recording);
  const { tocsin, options } = recording.description;
  const other = { tocsin, name: options.name, root: recording.checked.root };
  write(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(other)},"traceEvents":[\n`);
  const trace = new Trace(story, write);
  trace.finish(story.tell([trace]));
  write('\n]}\n');
}

class Trace {
  private isFirst = true;
  private arrows = 0;
  /** By koids of threads. */
  private readonly tracks = new Map<number, Track>();
  private readonly channels = new Set<number>();
  private readonly queued = new Map<number, number>();
  private readonly used = new Map<number, number>();
  private readonly ended: number[] = [];
  /** The arrow that goes on from a message in a queue. */
  private readonly fromQueue = new Map<Message, number>();
  private now = 0;

  constructor(
    private readonly story: Story,
    private readonly write: (text: string) => void,
  ) {
    const pseudo: [number, string][] = [
      [HARDWARE, 'hardware'],
      [CHANNELS, 'channels'],
      [ALLOCATORS, 'allocators'],
    ];
    for (const [process, name] of pseudo) this.processName(process, name);
    for (const [name, track] of Object.entries(HARDWARE_TRACKS)) this.trackName(HARDWARE, track, name);
  }

  after({ words }: { readonly words: Int32Array }): void {
    const { state, names } = this.story;
    const row = words[WORD.PAYLOAD];
    switch (words[WORD.TYPE]) {
      case threadCreated.number: {
        const koid = state.threads.koid[row];
        const process = names.processOf(koid);
        this.tracks.set(koid, { process, track: koid, shown: undefined, call: undefined });
        this.trackName(process, koid, names.text(koid));
        break;
      }
      case threadEnded.number:
        this.ended.push(state.threads.koid[row]);
        break;
      case objectNamed.number: {
        const named = words[WORD.PAYLOAD + 1];
        const thread = row === OBJECT_TYPE.thread ? this.tracks.get(state.threads.koid[named]) : undefined;
        if (thread !== undefined) this.trackName(thread.process, thread.track, names.text(thread.track));
        if (row === OBJECT_TYPE.process) {
          const { [named]: process } = state.processes.koid;
          this.processName(process, names.text(process));
        }
        break;
      }
    }
  }

  step(step: Step): void {
    this.now = step.time;
    const source = this.begin(step);
    for (const message of step.sent) this.count(message.channel, 1);
    const received = this.messages(step, source);
    // Whose wait ended because it was killed does nothing that an arrow could lead to.
    const woken = step.waitsEnded.filter(({ thread }) => thread !== step.actor && !this.ended.includes(thread));
    const wakes = woken.map((wait): [Wait, number] => [wait, this.arrowFrom(source, 'wakes')]);
    for (const [receiver, arrow] of received) if (receiver === source.track) this.arrowTo(arrow, source, 'message');
    if (source.call === undefined) this.end(source);
    for (const koid of this.ended.splice(0)) this.close(koid);
    this.show(step);
    for (const [{ thread }, arrow] of wakes) this.arrowAt(thread, arrow, 'wakes');
    for (const [receiver, arrow] of received) if (receiver !== source.track) this.arrowAt(receiver, arrow, 'message');
    this.counters();
  }

  /** The records are at their end: what is open is closed there. */
  finish(_: Left): void {
    for (const koid of [...this.tracks.keys()]) this.close(koid);
  }

  /** The slice of what made the step; that of a call which waits stays open, around the wait. */
  private begin(step: Step): Track {
    const { actor, kind, call, what, seq } = step;
    const thread = this.tracks.get(actor);
    const isOfThread = kind === 'call' || kind === 'fault';
    if (!isOfThread || thread === undefined) {
      const track = HARDWARE_TRACKS[kind as keyof typeof HARDWARE_TRACKS] ?? HARDWARE_TRACKS.outside;
      const hardware = { process: HARDWARE, track, shown: undefined, call: undefined };
      this.slice(hardware, what || kind, kind, { seq });
      return hardware;
    }
    const source: Track = { ...thread, call: undefined };
    if (call === undefined) this.slice(source, what, 'fault', { seq });
    else {
      const wait = step.waits.find((one) => one.thread === actor && one.end === undefined);
      if (wait !== undefined) {
        if (thread.shown !== undefined) this.end(thread);
        thread.shown = undefined;
        thread.call = call;
        source.call = call;
      }
      this.slice(source, call.name, 'call', callWords(call, seq));
    }
    return source;
  }

  /** Messages on the tracks of their channels; gives who has one, and the arrow to there. */
  private messages(step: Step, source: Track): [receiver: number, arrow: number][] {
    const { names } = this.story;
    const received: [number, number][] = [];
    for (const message of step.sent) {
      const sent = this.arrowFrom(source, 'message');
      const channel = this.channel(message.channel);
      this.slice(channel, `sent by ${names.text(message.sender)}`, 'message', { bytes: message.bytes });
      this.arrowTo(sent, channel, 'message');
      this.fromQueue.set(message, this.arrowFrom(channel, 'message'));
      this.end(channel);
    }
    for (const message of step.taken) {
      const { receiver, sender, bytes, isQueued } = message;
      const sent = isQueued ? this.fromQueue.get(message) : this.arrowFrom(source, 'message');
      this.fromQueue.delete(message);
      const channel = this.channel(message.channel);
      if (isQueued) this.count(message.channel, -1);
      const end = receiver === 0 ? 'given up' : `${names.text(sender)} → ${names.text(receiver)}`;
      this.slice(channel, end, 'message', { bytes });
      if (sent !== undefined) this.arrowTo(sent, channel, 'message');
      if (this.tracks.has(receiver) && !this.ended.includes(receiver))
        received.push([receiver, this.arrowFrom(channel, 'message')]);
      this.end(channel);
    }
    return received;
  }

  /** Shows what threads do after the step. */
  private show({ touched, waits, waitsEnded }: Step): void {
    const { state } = this.story;
    for (const wait of waitsEnded) {
      const track = this.tracks.get(wait.thread);
      if (track === undefined) continue;
      if (track.shown !== undefined) this.end(track);
      if (track.call !== undefined) this.end(track);
      track.shown = undefined;
      track.call = undefined;
    }
    for (const row of touched) {
      const track = this.tracks.get(state.threads.koid[row]);
      if (track === undefined) continue;
      const now = stateOf(state, row);
      const wait = waits.findLast(({ thread, end }) => thread === track.track && end === undefined);
      // A wait that goes on has its slice already.
      if (now === track.shown || (now === 'blocked' && wait === undefined)) continue;
      if (track.shown !== undefined) this.end(track);
      track.shown = now;
      if (now === 'blocked') this.slice(track, wait?.sentence ?? now, now, { on: wait?.on });
      else if (now !== undefined) this.slice(track, now, 'state', undefined);
    }
  }

  private close(koid: number): void {
    const track = this.tracks.get(koid);
    if (track === undefined) return;
    if (track.shown !== undefined) this.end(track);
    if (track.call !== undefined) this.end(track);
    this.tracks.delete(koid);
  }

  private counters(): void {
    const { allocators: t } = this.story.state;
    for (let row = 0; row < t.rows.used; row++) {
      if (!isLive(t, row) || this.used.get(t.koid[row]) === t.charged[row]) continue;
      this.used.set(t.koid[row], t.charged[row]);
      this.put({ ph: 'C', name: `allocator #${t.koid[row]}`, pid: ALLOCATORS, tid: 0, args: { used: t.charged[row] } });
    }
  }

  /** So many more messages wait at a channel. */
  private count(channel: number, by: number): void {
    const now = (this.queued.get(channel) ?? 0) + by;
    this.queued.set(channel, now);
    this.put({ ph: 'C', name: `queue of channel #${channel}`, pid: CHANNELS, tid: 0, args: { messages: now } });
  }

  private channel(koid: number): Track {
    if (!this.channels.has(koid)) {
      this.channels.add(koid);
      this.trackName(CHANNELS, koid, `channel #${koid}`);
    }
    return { process: CHANNELS, track: koid, shown: undefined, call: undefined };
  }

  private arrowFrom(track: Track, name: string): number {
    const id = ++this.arrows;
    this.put({ ph: 's', id, name, cat: name, pid: track.process, tid: track.track });
    return id;
  }

  private arrowTo(id: number, track: Track, name: string): void {
    // `bp`: it ends at the slice that is open there, and not at the next one.
    this.put({ ph: 'f', bp: 'e', id, name, cat: name, pid: track.process, tid: track.track });
  }

  /** To what a thread does now; where it has ended, the arrow ends on its track all the same. */
  private arrowAt(thread: number, id: number, name: string): void {
    const track = this.tracks.get(thread);
    if (track !== undefined) this.arrowTo(id, track, name);
  }

  private slice(track: Track, name: string, cat: string, args: object | undefined): void {
    this.put({ ph: 'B', name, cat, pid: track.process, tid: track.track, ...(args && { args }) });
  }

  private end(track: Track): void {
    this.put({ ph: 'E', pid: track.process, tid: track.track });
  }

  private processName(process: number, name: string): void {
    this.put({ ph: 'M', name: 'process_name', pid: process, tid: 0, args: { name } });
  }

  private trackName(process: number, track: number, name: string): void {
    this.put({ ph: 'M', name: 'thread_name', pid: process, tid: track, args: { name } });
  }

  private put(event: object): void {
    this.write(`${this.isFirst ? '' : ',\n'}${JSON.stringify({ ...event, ts: this.now / 1000 })}`);
    this.isFirst = false;
  }
}

function callWords({ status, words, number }: Call, seq: number): object {
  return { call: number, seq, status, registers: words.map((word) => `0x${word.toString(16)}`).join(' ') };
}
