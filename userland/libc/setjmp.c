/*
 * setjmp and longjmp. Naked: the functions are these instructions and nothing else, because a prologue would move sp.
 * The order in jmp_buf: ra, sp, s0 to s11.
 */
#include <setjmp.h>

#undef setjmp

__attribute__((naked, returns_twice)) int setjmp(jmp_buf place __attribute__((unused)))
{
    __asm__("sw ra, 0(a0)\n\t"
            "sw sp, 4(a0)\n\t"
            "sw s0, 8(a0)\n\t"
            "sw s1, 12(a0)\n\t"
            "sw s2, 16(a0)\n\t"
            "sw s3, 20(a0)\n\t"
            "sw s4, 24(a0)\n\t"
            "sw s5, 28(a0)\n\t"
            "sw s6, 32(a0)\n\t"
            "sw s7, 36(a0)\n\t"
            "sw s8, 40(a0)\n\t"
            "sw s9, 44(a0)\n\t"
            "sw s10, 48(a0)\n\t"
            "sw s11, 52(a0)\n\t"
            "li a0, 0\n\t"
            "ret");
}

/* setjmp returns `value`, but 1 for 0: the two returns must be told apart. */
__attribute__((naked, noreturn)) void longjmp(jmp_buf place __attribute__((unused)), int value __attribute__((unused)))
{
    __asm__("lw ra, 0(a0)\n\t"
            "lw sp, 4(a0)\n\t"
            "lw s0, 8(a0)\n\t"
            "lw s1, 12(a0)\n\t"
            "lw s2, 16(a0)\n\t"
            "lw s3, 20(a0)\n\t"
            "lw s4, 24(a0)\n\t"
            "lw s5, 28(a0)\n\t"
            "lw s6, 32(a0)\n\t"
            "lw s7, 36(a0)\n\t"
            "lw s8, 40(a0)\n\t"
            "lw s9, 44(a0)\n\t"
            "lw s10, 48(a0)\n\t"
            "lw s11, 52(a0)\n\t"
            "seqz a0, a1\n\t"
            "add a0, a0, a1\n\t"
            "ret");
}
