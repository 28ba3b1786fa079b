import { describe, expect, it } from 'vitest';
import {
  type AllocatorNode,
  allocatorTree,
  type FrameRun,
  memoryMap,
  type System,
  usersText,
} from '../../kernel/index.js';
import { MAP_OPTIONS, PROPERTY, PROTECTION } from '../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { AREAS } from './everything.js';
import { desk, makeChannel } from './messages.js';
import { makePool, scratch } from './packets.js';
import { TestRing } from './ring-memory.js';

const SOMEWHERE = 0x2000_0000;
const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;

function* named(scene: Scene, process: number, name: string): CallScript<void> {
  yield* store(scratch(scene, 9), new TextEncoder().encode(name));
  expectStatus((yield* sys.object_set(process, PROPERTY.NAME, scratch(scene, 9), name.length)).status, 'OK');
}

/** A memory object with so many pages that have frames. */
function* backed(scene: Scene, allocator: number, pages: number): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  for (let page = 0; page < pages; page++)
    expectStatus((yield* sys.vmo_write(vmo, page * PAGE_BYTES, scene.stackLow, 4)).status, 'OK');
  return vmo;
}

/** A tree of allocators, processes on them, and memory of every kind; then it waits. */
function* rich(scene: Scene): CallScript {
  const { child: upper } = yield* sys.allocator_create(scene.allocator, 64 * PAGE_BYTES);
  const { child: lower } = yield* sys.allocator_create(upper, 16 * PAGE_BYTES);
  yield* sys.allocator_create(upper, 4 * PAGE_BYTES, PAGE_BYTES, 2 * PAGE_BYTES);
  for (const name of ['twin', 'twin', 'lone']) {
    const made = yield* makeProcess(scene, name === 'lone' ? lower : upper);
    yield* named(scene, made.process, name);
  }
  const other = yield* makeProcess(scene, lower);
  yield* named(scene, other.process, 'mapper');
  const shared = yield* backed(scene, upper, 3);
  for (const vmar of [scene.vmar, other.vmar])
    expectStatus((yield* sys.vmar_map(vmar, shared, 0, 3 * PAGE_BYTES, READ_WRITE, SOMEWHERE)).status, 'OK');
  const own = yield* backed(scene, lower, 2);
  yield* sys.vmar_map(other.vmar, own, 0, 2 * PAGE_BYTES, READ_WRITE, 2 * SOMEWHERE);
  yield* backed(scene, lower, 5);
  yield* TestRing.make(scene, 4);
  const pool = yield* makePool(scene);
  const { first } = yield* makeChannel(scene);
  const message = yield* desk(scene).message('a message that waits, in memory of its own');
  expectStatus((yield* sys.channel_send_async(first, message, pool, 1)).status, 'OK');
  yield* spawn(scene, 'sleeper', () => sys.thread_sleep(FOREVER));
  yield* sys.thread_sleep(FOREVER);
}

function nodes(node: AllocatorNode): AllocatorNode[] {
  return [node, ...node.children.flatMap(nodes)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What the three pictures say adds up, to the byte and to the frame. */
function expectToAddUp(system: System): void {
  const { state } = system;
  const all = nodes(allocatorTree(state));
  expect(all).toHaveLength(state.allocators.live);
  for (const { koid, used, quota, lent, free, items, children } of all) {
    expect(sum(items.map(({ bytes }) => bytes)), `allocator #${koid}`).toBe(used);
    expect(sum(children.map((child) => child.quota))).toBe(lent);
    expect(free).toBe(quota - used - lent);
  }
  for (const { koid, users: _, used, ...kinds } of system.view('memory'))
    expect(sum(Object.values(kinds).map(Number)), `allocator #${koid}`).toBe(used);
  const map = memoryMap(state);
  let at = 0;
  for (const { first, count } of map) {
    expect(first).toBe(at);
    expect(count).toBeGreaterThan(0);
    at += count;
  }
  expect(at).toBe(state.frameCount);
  expect(framesOf(map, ({ holds }) => holds !== 'nothing')).toBe(state.frames.live);
  for (const { koid, items } of all) {
    const frames = sum(items.filter(({ kind }) => FRAMES.includes(kind)).map(({ count }) => count));
    expect(framesOf(map, ({ payer }) => payer === koid)).toBe(frames);
  }
}

const FRAMES: readonly string[] = ['pages', 'poolPages', 'messagePages', 'pageTables', 'saveAreas'];

function framesOf(map: readonly FrameRun[], matches: (run: FrameRun) => boolean): number {
  return sum(map.filter(matches).map(({ count }) => count));
}

describe('what the use of allocators consists of', () => {
  it.each(Object.entries({ ...AREAS, rich }))('adds up exactly, after every step: %s', (_name, script) => {
    // Runs to its first operation only: what follows is asked about step by step.
    const { system } = runScript(script, { maxInstructions: 1, checked: false });
    expectToAddUp(system);
    let asked = 0;
    system.runUntil(() => {
      expectToAddUp(system);
      asked++;
      return false;
    }, 100_000);
    expect(asked).toBeGreaterThan(5);
  });

  it('is told by kind, in the tree, with the processes that each pays for', () => {
    const { system } = runScript(rich);
    const root = allocatorTree(system.state);
    expect(usersText(root)).toBe('test');
    expect(root).toMatchObject({ quota: 4 << 20, lent: 64 * PAGE_BYTES });
    const [upper] = root.children;
    expect(usersText(upper)).toBe('twin ×2');
    // Shared pages are paid for by the allocator of their object alone.
    expect(upper.items).toMatchObject([
      { kind: 'pages', count: 3, bytes: 3 * PAGE_BYTES },
      { kind: 'pageTables', count: 2 },
      { kind: 'saveAreas', count: 2 },
      { kind: 'processes', count: 2, bytes: 512 },
      { kind: 'threads', count: 2, bytes: 512 },
      { kind: 'vmos', count: 1, bytes: 64 },
      { kind: 'vmars', count: 2, bytes: 128 },
      { kind: 'allocators', count: 2, bytes: 128 },
    ]);
    const [lower, empty] = upper.children;
    expect(usersText(lower)).toBe('lone, mapper');
    expect(lower.items.find(({ kind }) => kind === 'pages')).toEqual({
      kind: 'pages',
      count: 7,
      bytes: 7 * PAGE_BYTES,
    });
    // It pays for nobody: who could use it is in brackets.
    expect(usersText(empty)).toBe('(test)');
    expect(empty).toMatchObject({ used: 0, items: [], children: [] });
    expect(empty).toMatchObject({ reserve: PAGE_BYTES, softMark: 2 * PAGE_BYTES, state: 'normal', waiting: 0 });
  });

  it('is a view of one row an allocator', () => {
    const { system } = runScript(rich);
    const [root, upper] = system.view('memory');
    expect(upper).toEqual({
      koid: system.view('allocators')[1].koid,
      users: 'twin ×2',
      used: 7 * PAGE_BYTES + 1344,
      pages: 3 * PAGE_BYTES,
      pools: 0,
      messages: 0,
      pageTables: 2 * PAGE_BYTES,
      saveAreas: 2 * PAGE_BYTES,
      handles: 0,
      objects: 1344,
    });
    expect(root.messages).toBe(PAGE_BYTES + 64);
    expect(Number(root.pools)).toBeGreaterThan(3 * PAGE_BYTES);
  });

  it('names at most a few of many users', () => {
    const users = ['a', 'b', 'b', 'c', 'd', 'e'].map((name, i) => ({ koid: i, name, hasEnded: name === 'd' }));
    expect(usersText({ users, holders: [] })).toBe('a, b ×2, c, d (ended), …');
    expect(usersText({ users: [], holders: [] })).toBe('');
  });
});

describe('the map of physical memory', () => {
  it('says of each frame what it holds, and whose it is', () => {
    const { system } = runScript(rich);
    const map = memoryMap(system.state);
    const koid = (name: string): number => Number(system.view('processes').find((row) => row.name === name)?.koid);
    const count = (matches: Partial<FrameRun>): number =>
      framesOf(map, (run) => Object.entries(matches).every(([name, value]) => run[name as keyof FrameRun] === value));
    expect(count({ holds: 'page', isShared: true })).toBe(3);
    expect(count({ holds: 'page', process: koid('mapper') })).toBe(2);
    expect(count({ holds: 'pageTable', process: koid('mapper') })).toBe(1);
    expect(count({ holds: 'saveArea', process: koid('lone') })).toBe(1);
    expect(count({ holds: 'saveArea', process: koid('test') })).toBe(2);
    // Five pages of an object that is only held.
    expect(count({ holds: 'page', process: null, isShared: false })).toBe(5);
    expect(count({ holds: 'message' })).toBe(1);
    expect(count({ holds: 'pool' })).toBeGreaterThan(2);
    expect(count({ holds: 'nothing', payer: null })).toBe(system.state.frameCount - system.state.frames.live);
  });

  it('a page that a copy shows too belongs to both who map them, until one writes', () => {
    const { system } = runScript(function* (scene) {
      const original = yield* backed(scene, scene.allocator, 2);
      const other = yield* makeProcess(scene);
      const copy = yield* sys.vmo_child(scene.allocator, original, 0, 2 * PAGE_BYTES, 0);
      expectStatus(copy.status, 'OK');
      yield* sys.vmar_map(scene.vmar, original, 0, 2 * PAGE_BYTES, READ_WRITE, SOMEWHERE);
      yield* sys.vmar_map(other.vmar, copy.vmo, 0, 2 * PAGE_BYTES, READ_WRITE, SOMEWHERE);
      expect(framesOf(memoryMap(scene.system.state), ({ isShared }) => isShared)).toBe(2);
      yield* store(SOMEWHERE, Uint8Array.of(1));
      yield* sys.thread_sleep(FOREVER);
    });
    expect(framesOf(memoryMap(system.state), ({ isShared }) => isShared)).toBe(1);
    expectToAddUp(system);
  });

  it('neighbours that are the same are one run', () => {
    const map = memoryMap(runScript(rich).system.state);
    for (let i = 1; i < map.length; i++) {
      const { first: _, count: __, ...before } = map[i - 1];
      const { first: ___, count: ____, ...here } = map[i];
      expect(here).not.toEqual(before);
    }
  });
});
