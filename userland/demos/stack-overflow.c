/*
 * A recursion without end, on a stack of one megabyte with a page below it that nothing may touch.
 *
 * You should see how deep it got at every hundred calls. Then the process is killed with status 3, because a store reached
 * the guard page; the report names the function: descend.
 */
#include <stdio.h>

#define FRAME_BYTES 1000
#define REPORT_EVERY 100
#define NEVER 1000000000

__attribute__((noinline)) int descend(int depth)
{
    /* Volatile, and used all over, so that every call really takes its bytes. */
    volatile char frame[FRAME_BYTES];
    frame[depth % FRAME_BYTES] = (char)depth;
    if (depth % REPORT_EVERY == 0)
        printf("%d calls deep\n", depth);
    if (depth == NEVER)
        return 0;
    return descend(depth + 1) + frame[depth % FRAME_BYTES];
}

int main(void)
{
    return descend(1);
}
