/** The two engines that are compared, and whether this machine has them. */
import { spawnSync } from 'node:child_process';
import { TOCSIN } from './build.js';
import type { Command } from './rounds.js';

const QEMU = 'qemu-system-riscv32';

export function runOnTocsin(elf: string): Command {
  return [process.execPath, TOCSIN, 'run', elf];
}

export function runOnQemu(elf: string): Command {
  const board = ['-machine', 'virt', '-bios', 'none'];
  return [QEMU, ...board, '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-kernel', elf];
}

/** `QEMU emulator version …`, or nothing where it is not installed. */
export function qemuVersion(): string | undefined {
  const { status, stdout } = spawnSync(QEMU, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}
