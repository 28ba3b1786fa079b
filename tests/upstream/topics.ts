/** An event that happens when a program says so, and leaves no state behind: what other kernels' tests signal. */
import { SOURCE } from '../../syscalls/calls.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, type Scene } from '../kernel/booted.js';
import { listen } from '../kernel/packets.js';

const TYPE = 7;

export class Signal {
  private constructor(readonly topic: number) {}

  static *make(scene: Scene): CallScript<Signal> {
    const { status, topic } = yield* sys.topic_create(scene.allocator, TYPE, 0);
    expectStatus(status, 'OK');
    return new Signal(topic);
  }

  /** Happens once. */
  *give(): CallScript<void> {
    expectStatus((yield* sys.topic_publish(this.topic, TYPE, 0, 0)).status, 'OK');
  }

  /** Lets a pool listen; gives the number of the registration. */
  *listen(pool: number, key: number, options = 0): CallScript<number> {
    return yield* listen(this.topic, SOURCE.TOPIC, pool, key, options);
  }
}
