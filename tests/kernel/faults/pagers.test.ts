/** Who hears of a fault can mend its cause: map the page, fix a register, give memory. HANDLED resumes as if nothing had been. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { EXIT_REASON, FAULT_DETAIL, TASK_STATE } from '../../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { LISTEN, MAP_OPTIONS, SOURCE, VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { A0, A7, li, S0 } from '../compiled.js';
import { at, makeTarget, registersOf, setRegister, start, type Target } from '../debuggees.js';
import { processFields } from '../information.js';
import { listen, makePool, scratch } from '../packets.js';
import { setWait } from '../shortage/shortages.js';
import { answerFault, takeFault } from './handlers.js';

const { HANDLED } = VERDICT;
/** Where nothing is mapped. */
const HOLE = 0x3000_0000;
const EXIT = [...li(A7, CALL_NUMBER.process_exit), encode('ecall')];
/** Ends with the word at an address as its code. */
const LOADS = [...li(S0, HOLE), encode('lw', { rd: A0, rs1: S0, imm: 0 }), ...EXIT];
const FAULTING = at(2);

/** Maps a page with a word in it. */
function* mapWord(scene: Scene, vmar: number, address: number, word: number): CallScript {
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  yield* store(scratch(scene, 64), new Uint8Array(Int32Array.of(word).buffer));
  expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene, 64), 4)).status, 'OK');
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, options, address)).status, 'OK');
  yield* sys.handle_close(vmo);
}

function* faultsOf(scene: Scene, task: number): CallScript<number> {
  const pool = yield* makePool(scene, 4);
  yield* listen(task, SOURCE.FAULT, pool, 0, LISTEN.PERSISTENT);
  return pool;
}

function* expectExit(scene: Scene, { process }: Target, code: number): CallScript {
  const { state, exit_reason, exit_code } = yield* processFields(process, scene.stackLow);
  expect([state, exit_reason, exit_code]).toEqual([TASK_STATE.ENDED, EXIT_REASON.EXITED, code]);
}

describe('a fault that is mended', () => {
  it('the page is mapped by who has the address region: the load is done again', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, LOADS, 20);
      const pool = yield* faultsOf(scene, target.process);
      yield* start(target);
      const fault = yield* takeFault(scene, pool);
      expect(fault).toMatchObject({
        cause: CAUSE.LOAD_PAGE_FAULT,
        pc: FAULTING,
        address: HOLE,
        detail: FAULT_DETAIL.DENIED,
      });
      yield* mapWord(scene, target.vmar, HOLE, 1234);
      yield* answerFault(target.process, fault.token, HANDLED);
      yield* expectExit(scene, target, 1234);
    });
  });

  it('a pager brings in every page of a range when it is touched first', () => {
    const pages = 20;
    const [S1, A1] = [9, 11];
    const loop = [
      encode('lw', { rd: A1, rs1: S0, imm: 0 }),
      encode('add', { rd: A0, rs1: A0, rs2: A1 }),
      encode('add', { rd: S0, rs1: S0, rs2: S1 }),
      encode('bne', { rs1: S0, rs2: 18, imm: -12 }),
    ];
    const code = [...li(A0, 0), ...li(S0, HOLE), ...li(S1, PAGE_BYTES), ...li(18, HOLE + pages * PAGE_BYTES), ...loop];
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [...code, ...EXIT], 20);
      const pool = yield* faultsOf(scene, target.process);
      yield* start(target);
      for (let page = 0; page < pages; page++) {
        const { address, token } = yield* takeFault(scene, pool);
        expect(address).toBe(HOLE + page * PAGE_BYTES);
        yield* mapWord(scene, target.vmar, address, page);
        yield* answerFault(target.process, token, HANDLED);
      }
      yield* expectExit(scene, target, (pages * (pages - 1)) / 2);
    });
  });

  it('a register is fixed: the thread is opened by the koid in the packet', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, LOADS, 20);
      yield* mapWord(scene, target.vmar, HOLE + PAGE_BYTES, 77);
      const pool = yield* faultsOf(scene, target.process);
      yield* start(target);
      yield* sys.handle_close(target.thread);
      const { token, thread: koid } = yield* takeFault(scene, pool);
      const { status, task } = yield* sys.task_open(target.process, koid);
      expectStatus(status, 'OK');
      const registers = yield* registersOf(scene, task);
      expect([registers[0], registers[S0]]).toEqual([FAULTING, HOLE]);
      yield* setRegister(scene, task, S0, HOLE + PAGE_BYTES);
      yield* answerFault(target.process, token, HANDLED);
      yield* expectExit(scene, target, 77);
    });
  });

  it('a script does its operation again: a store that lands, a load with what was mapped', () => {
    expectSuccess(function* (scene) {
      const pool = yield* faultsOf(scene, scene.process);
      let loaded = new Uint8Array(0);
      const thread = yield* spawn(
        scene,
        'script',
        function* () {
          loaded = (yield* load(HOLE, 4)).slice();
          yield* store(HOLE + PAGE_BYTES, Uint8Array.of(8));
        },
        20,
      );
      for (const address of [HOLE, HOLE + PAGE_BYTES]) {
        const fault = yield* takeFault(scene, pool);
        expect([fault.pc, fault.address]).toEqual([0, address]);
        yield* mapWord(scene, scene.vmar, address, 5);
        yield* answerFault(scene.process, fault.token, HANDLED);
      }
      expect([...loaded]).toEqual([5, 0, 0, 0]);
      expect([...(yield* load(HOLE + PAGE_BYTES, 1))]).toEqual([8]);
      expectStatus((yield* sys.task_kill(thread)).status, 'BAD_STATE');
    });
  });
});

describe('a fault for want of memory', () => {
  /** Maps a page at HOLE that an allocator without quota has to pay for; gives that. */
  function* mapUnpayable(scene: Scene, vmar: number): CallScript<number> {
    const { child } = yield* sys.allocator_create(scene.allocator, PAGE_BYTES);
    const { vmo } = yield* sys.vmo_create(child, PAGE_BYTES, 0);
    const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
    expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, options, HOLE)).status, 'OK');
    return child;
  }

  it.each([0, 5000])('comes after a wait of %i ns, says so, and is mended by who gives quota', (wait) => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, LOADS, 20);
      const child = yield* mapUnpayable(scene, target.vmar);
      const pool = yield* faultsOf(scene, target.process);
      yield* setWait(scene, target.thread, wait);
      // Somebody who might help is asked, and does not answer: otherwise nobody would wait.
      const helper = yield* makePool(scene, 4);
      yield* listen(child, SOURCE.MEMORY, helper);
      const before = scene.system.time;
      yield* start(target);
      const fault = yield* takeFault(scene, pool);
      expect(scene.system.time - before).toBeGreaterThanOrEqual(wait);
      expect(fault).toMatchObject({ pc: FAULTING, address: HOLE, detail: FAULT_DETAIL.NO_MEMORY });
      expectStatus((yield* sys.allocator_transfer(scene.allocator, child, PAGE_BYTES)).status, 'OK');
      yield* answerFault(target.process, fault.token, HANDLED);
      yield* expectExit(scene, target, 0);
    });
  });

  it('of a script is mended in the same way', () => {
    expectSuccess(function* (scene) {
      const child = yield* mapUnpayable(scene, scene.vmar);
      const pool = yield* faultsOf(scene, scene.process);
      yield* spawn(scene, 'script', () => store(HOLE, Uint8Array.of(9)), 20);
      const first = yield* takeFault(scene, pool);
      expect(first.detail).toBe(FAULT_DETAIL.NO_MEMORY);
      yield* answerFault(scene.process, first.token, HANDLED);
      const second = yield* takeFault(scene, pool);
      expect(second.detail).toBe(FAULT_DETAIL.NO_MEMORY);
      expectStatus((yield* sys.allocator_transfer(scene.allocator, child, PAGE_BYTES)).status, 'OK');
      yield* answerFault(scene.process, second.token, HANDLED);
      expect([...(yield* load(HOLE, 1))]).toEqual([9]);
    });
  });
});
