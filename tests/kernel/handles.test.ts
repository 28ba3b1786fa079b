import { describe, expect, it } from 'vitest';
import { INFO, SOURCE } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { FOREVER } from '../../syscalls/limits.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { load, type Script } from '../../userland/script/script.js';
import { expectStatus, expectSuccess } from './booted.js';
import { makeProcess } from './compiled.js';
import { allocatorFields } from './information.js';

function* rightsOf(handle: number, scratch: number) {
  const { status } = yield* sys.object_info(handle, INFO.HANDLE, scratch, 16);
  expectStatus(status, 'OK');
  const bytes = yield* load(scratch, 16);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
}

describe('handles', () => {
  it('a closed handle is BAD_HANDLE, and its number is not given out again', () => {
    expectSuccess(function* ({ allocator }) {
      const first = yield* sys.vmo_create(allocator, 4096, 0);
      expectStatus((yield* sys.handle_close(first.vmo)).status, 'OK');
      expectStatus((yield* sys.handle_close(first.vmo)).status, 'BAD_HANDLE');
      const second = yield* sys.vmo_create(allocator, 4096, 0);
      expect(second.vmo).toBeGreaterThan(first.vmo);
    });
  });

  it('0 is never a handle', () => {
    expectSuccess(function* () {
      expectStatus((yield* sys.handle_close(0)).status, 'BAD_HANDLE');
    });
  });

  it('a duplicate has the rights that were asked for, and no others', () => {
    expectSuccess(function* ({ allocator, stackLow }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const { copy } = yield* sys.handle_duplicate(vmo, RIGHTS.READ | RIGHTS.INSPECT | RIGHTS.DUPLICATE);
      expect(yield* rightsOf(copy, stackLow)).toBe(RIGHTS.READ | RIGHTS.INSPECT | RIGHTS.DUPLICATE);
      const same = yield* sys.handle_duplicate(copy, SAME_RIGHTS);
      expect(yield* rightsOf(same.copy, stackLow)).toBe(RIGHTS.READ | RIGHTS.INSPECT | RIGHTS.DUPLICATE);
    });
  });

  it('45: rights never grow', () => {
    expectSuccess(function* ({ allocator }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const { copy } = yield* sys.handle_duplicate(vmo, RIGHTS.READ | RIGHTS.DUPLICATE);
      expectStatus((yield* sys.handle_duplicate(copy, RIGHTS.WRITE)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.handle_replace(copy, ALL_RIGHTS)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.handle_duplicate(copy, 0x40000000)).status, 'INVALID_ARGS');
    });
  });

  it('45: without the right a call is ACCESS_DENIED', () => {
    expectSuccess(function* ({ allocator, stackLow }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const { copy } = yield* sys.handle_duplicate(vmo, RIGHTS.READ);
      expectStatus((yield* sys.handle_duplicate(copy, SAME_RIGHTS)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.object_info(copy, INFO.HANDLE, stackLow, 12)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.vmo_write(copy, 0, stackLow, 4)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.vmo_read(copy, 0, stackLow, 4)).status, 'OK');
    });
  });

  it('replacing gives a new number and ends the old one', () => {
    expectSuccess(function* ({ allocator }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const { replacement } = yield* sys.handle_replace(vmo, RIGHTS.READ);
      expectStatus((yield* sys.handle_close(vmo)).status, 'BAD_HANDLE');
      expectStatus((yield* sys.handle_close(replacement)).status, 'OK');
    });
  });

  it('49: revoking removes what was derived, to any depth, and nothing else', () => {
    expectSuccess(function* ({ allocator }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const other = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      const child = yield* sys.handle_duplicate(other.copy, SAME_RIGHTS);
      const grandchild = yield* sys.handle_duplicate(child.copy, SAME_RIGHTS);
      const sibling = yield* sys.handle_duplicate(other.copy, SAME_RIGHTS);
      const { removed } = yield* sys.handle_revoke(other.copy);
      expect(removed).toBe(3);
      for (const gone of [child, grandchild, sibling]) {
        expectStatus((yield* sys.handle_close(gone.copy)).status, 'BAD_HANDLE');
      }
      expectStatus((yield* sys.handle_close(other.copy)).status, 'OK');
      expectStatus((yield* sys.handle_close(vmo)).status, 'OK');
    });
  });

  it('49: what was derived from a closed handle still goes when its ancestor is revoked', () => {
    expectSuccess(function* ({ allocator }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const middle = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      const last = yield* sys.handle_duplicate(middle.copy, SAME_RIGHTS);
      yield* sys.handle_close(middle.copy);
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      expectStatus((yield* sys.handle_close(last.copy)).status, 'BAD_HANDLE');
    });
  });

  it('49: a replaced handle keeps its place: its ancestor can still revoke it', () => {
    expectSuccess(function* ({ allocator }) {
      const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
      const child = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      const { replacement } = yield* sys.handle_replace(child.copy, SAME_RIGHTS);
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      expectStatus((yield* sys.handle_close(replacement)).status, 'BAD_HANDLE');
    });
  });

  it("a process's handle to itself does not have DEBUG", () => {
    expectSuccess(function* ({ process, stackLow }) {
      expect((yield* rightsOf(process, stackLow)) & RIGHTS.DEBUG).toBe(0);
    });
  });

  it('a handle of another type is WRONG_TYPE', () => {
    expectSuccess(function* ({ process, vmar, stackLow }) {
      expectStatus((yield* sys.vmo_read(process, 0, stackLow, 4)).status, 'WRONG_TYPE');
      expectStatus((yield* sys.thread_start(vmar, 0, 0, 0)).status, 'WRONG_TYPE');
      expectStatus((yield* sys.object_info(vmar, INFO.THREAD, stackLow, 64)).status, 'WRONG_TYPE');
    });
  });

  it('NO_MEMORY stops a process that opens handles without end, and closing them gives the charge back', () => {
    expectSuccess(
      function* ({ allocator, stackLow }) {
        const charged = function* () {
          return (yield* allocatorFields(allocator, stackLow)).used;
        };
        yield* charged(); // touches the page that the description goes to
        const before = yield* charged();
        const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
        const opened: number[] = [];
        for (;;) {
          const { status, copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
          if (status !== 0) {
            expectStatus(status, 'NO_MEMORY');
            break;
          }
          opened.push(copy);
        }
        expect(opened.length).toBeGreaterThan(1000);
        for (const handle of [...opened, vmo]) yield* sys.handle_close(handle);
        expect(yield* charged()).toBe(before);
      },
      { checked: false, memoryBytes: 1 << 20 },
    );
  });

  it('numbers are never given out twice: when they are used up, NO_RESOURCES', () => {
    expectSuccess(
      function* (scene) {
        // Nobody waits for two thousand million calls: the state is set, beside the journal, to what they would lead to.
        const { lastHandleValue } = scene.system.state.processes as unknown as Record<string, Int32Array>;
        lastHandleValue[0] = 0x7fff_fffe;
        const { replacement } = yield* sys.handle_replace(scene.allocator, SAME_RIGHTS);
        expect(replacement).toBe(0x7fff_ffff);
        expectStatus((yield* sys.handle_replace(replacement, SAME_RIGHTS)).status, 'NO_RESOURCES');
        expectStatus((yield* sys.handle_duplicate(replacement, SAME_RIGHTS)).status, 'NO_RESOURCES');
        expectStatus((yield* sys.vmo_create(replacement, 1, 0)).status, 'NO_RESOURCES');
        yield* sys.handle_close(replacement);
      },
      { checked: false },
    );
  });
});

describe('what a process is given when it starts', () => {
  it('it has instead of its giver, with the same rights; its first thread knows the number', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const { copy } = yield* sys.handle_duplicate(vmo, RIGHTS.TRANSFER | RIGHTS.INSPECT);
      const found: number[] = [];
      const entry = scene.system.enter(function* (_argument, given): Script {
        found.push(
          given,
          (yield* sys.handle_duplicate(given, SAME_RIGHTS)).status,
          (yield* sys.handle_close(given)).status,
        );
      });
      const { status, given } = yield* sys.process_start(made.process, made.thread, entry, 0, 0, copy);
      expectStatus(status, 'OK');
      expectStatus((yield* sys.handle_close(copy)).status, 'BAD_HANDLE');
      yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scene.stackLow);
      expect(found).toEqual([given, STATUS.ACCESS_DENIED, STATUS.OK]);
    });
  });

  it('can be taken back by revoking', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      let status = 0;
      const entry = scene.system.enter(function* (_argument, given): Script {
        yield* sys.thread_sleep(1_000_000);
        status = (yield* sys.handle_close(given)).status;
      });
      expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0, copy)).status, 'OK');
      expect(yield* sys.handle_revoke(vmo)).toEqual({ status: 0, removed: 1 });
      yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scene.stackLow);
      expectStatus(status, 'BAD_HANDLE');
    });
  });

  it('loses DEBUG where it is the process itself', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const { copy } = yield* sys.handle_duplicate(made.process, SAME_RIGHTS);
      const entry = scene.system.enter(function* (): Script {
        const held = scene.system.view('handles').find(({ process, type }) => process === '' && type === 'process');
        expect(held?.rights).toBe('all but DEBUG');
        yield* sys.thread_yield();
      });
      expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0, copy)).status, 'OK');
      yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scene.stackLow);
    });
  });
});
