/*
 * The two places where a thread of a program begins. All registers but the named ones are 0 (kernel rule for new threads),
 * so what compiled code takes for granted is set up here: gp, tp and a stack that is aligned to 16 bytes.
 *
 * Nobody has called them: the call frame information says that ra has no value, so that debuggers' backtraces end here. It goes
 * into .debug_frame, which is not loaded.
 */

    .cfi_sections .debug_frame

    .section .text.start, "ax", @progbits

/* The first thread: a0 = address of struct tocsin_startup, sp = top of the stack. */
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    .cfi_undefined ra
    .option push
    .option norelax     /* the linker must not express gp's own address relative to gp */
    la gp, __global_pointer$
    .option pop
    andi sp, sp, -16
    li fp, 0            /* the chain of frames ends here */
    li ra, 0
    call __tocsin_begin
    unimp               /* it does not return */
    .cfi_endproc
    .size _start, . - _start

/* Every other thread: a0 = its thread pointer, below which lies its control block (libc/thread.h). */
    .globl __tocsin_thread_start
    .type __tocsin_thread_start, @function
__tocsin_thread_start:
    .cfi_startproc
    .cfi_undefined ra
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    mv tp, a0
    li fp, 0
    li ra, 0
    call __tocsin_thread_main
    unimp
    .cfi_endproc
    .size __tocsin_thread_start, . - __tocsin_thread_start

    .section .note.GNU-stack, "", @progbits
