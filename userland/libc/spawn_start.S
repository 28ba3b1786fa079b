/*
 * The first instructions of a process that tocsin_spawn made (spawn.c): a0 = its letter, right above the stack; a1 = a channel.
 * Apart from crt/start.S, so that only programs that spawn have spawn.c.
 */

    .section .text, "ax", @progbits

    .globl __tocsin_spawned_start
    .type __tocsin_spawned_start, @function
__tocsin_spawned_start:
    .option push
    .option norelax     /* the linker must not express gp's own address relative to gp */
    la gp, __global_pointer$
    .option pop
    li fp, 0            /* the chain of frames ends here */
    li ra, 0
    call __tocsin_spawned_begin
    unimp               /* it does not return */
    .size __tocsin_spawned_start, . - __tocsin_spawned_start

    .section .note.GNU-stack, "", @progbits
