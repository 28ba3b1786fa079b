/* Does what its argument says; without one it ends with 0. */
#include <stdio.h>
#include <string.h>

int survived;
int mended = 5;

static void deep(volatile char *above)
{
    volatile char frame[4096];
    frame[0] = *above;
    deep(frame);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "load") == 0) {
        register int *pointer __asm__("s11") = 0;
        __asm__ volatile("lw a0, 0(s11)\n" : : "r"(pointer) : "a0", "memory");
    } else if (strcmp(what, "store") == 0)
        *(volatile int *)0x10 = 1;
    else if (strcmp(what, "illegal") == 0)
        __asm__ volatile(".word 0xffffffff");
    else if (strcmp(what, "ebreak") == 0)
        __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop");
    else if (strcmp(what, "jump") == 0)
        ((void (*)(void))0x20)();
    else if (strcmp(what, "atomic") == 0)
        __asm__ volatile("lr.w a0, (%0)" : : "r"((char *)&survived + 2) : "a0", "memory");
    else if (strcmp(what, "constant") == 0)
        *(volatile char *)(unsigned long)"constant" = 'C';
    else if (strcmp(what, "stack") == 0)
        deep("");
    survived = 1;
    printf("survived %d\n", survived);
    return 0;
}
