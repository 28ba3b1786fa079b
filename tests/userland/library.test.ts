import { describe, expect, it } from 'vitest';
import { hasCompiler, runProgram } from './compiled.js';

describe.skipIf(!hasCompiler)('the C library:', () => {
  it('a failed assertion says where and what, keeps what was printed, and ends with 134', () => {
    expect(runProgram('failed-assertion.c')).toEqual({
      status: 134,
      stdout: 'failed-assertion.c:7: check_age: Assertion `age >= 0 && "nobody is that young"\' failed.\nbefore',
      stderr: '',
    });
  });

  it('malloc, calloc, realloc and aligned_alloc give blocks that do not overlap', () => {
    expect(runProgram('heap.c')).toEqual({ status: 0, stdout: '20000 requests\nbounds: ok\n', stderr: '' });
  });

  it('free gives chunks back to the kernel, all but one; malloc_trim gives that one back', () => {
    const stdout = 'chunks: ok\none block in turn: ok\na full quota: ok\n';
    expect(runProgram('heap-shrinks.c')).toEqual({ status: 0, stdout, stderr: '' });
  });

  it('malloc waits for memory as long as it was told to', () => {
    const stdout = 'at once: ok\nuntil another frees: ok\nto the end: ok\nat once again: ok\n';
    expect(runProgram('malloc-waits.c')).toEqual({ status: 0, stdout, stderr: '' });
  });

  it('a block that is freed twice is found out about', () => {
    const { status, stdout } = runProgram('double-free.c');
    expect(status).toBe(134);
    expect(stdout).toMatch(/^freed once\nfree\(0x[0-9a-f]+\): not a block from malloc, or freed already/);
  });

  it('longjmp leaves nested calls', () => {
    expect(runProgram('jump.c')).toEqual({ status: 0, stdout: '77 after 2 jumps\n', stderr: '' });
  });

  it('exit calls functions from the newest to the oldest, then destructors, then flushes', () => {
    expect(runProgram('exit-order.c')).toEqual({
      status: 7,
      stdout: 'first constructor\nsecond constructor\nmain\nnewest\nregistered at exit\noldest\ndestructor',
      stderr: '',
    });
  });

  it('streams are at the end of their input, and put out any bytes, in order', () => {
    const lines = [
      `${'x'.repeat(4999)}`,
      '\0\x01\ufffd',
      'line',
      'put',
      'five',
      'to the other stream',
      'written',
      'why: Invalid argument',
      'first',
      'kept',
    ];
    expect(runProgram('streams.c')).toEqual({ status: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
  });

  it('clocks are virtual', () => {
    expect(runProgram('clocks.c')).toEqual({ status: 0, stdout: '7200 3600\n', stderr: '' });
  });

  it('C++ objects live without their standard library', () => {
    expect(runProgram('objects.cpp')).toEqual({
      status: 0,
      stdout: 'global begins\narea 36\ntop 3, own 5\nlocal begins\nlocal ends\nglobal ends\n',
      stderr: '',
    });
  });
});
