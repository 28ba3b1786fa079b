/* setjmp and longjmp: out of nested calls, and 0 becomes 1. */
#include <assert.h>
#include <setjmp.h>
#include <stdio.h>

static jmp_buf place;

static void fall(int depth, int value)
{
    if (depth == 0)
        longjmp(place, value);
    fall(depth - 1, value);
}

int main(void)
{
    volatile int jumps = 0;
    int value = setjmp(place);
    if (value == 0 && jumps == 0) {
        jumps++;
        fall(10, 0);
    }
    if (value == 1) {
        jumps++;
        fall(20, 77);
    }
    printf("%d after %d jumps\n", value, jumps);
    return 0;
}
