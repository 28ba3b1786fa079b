/*
 * The smallest program.
 *
 * You should see one line of greeting, and exit status 0.
 */
#include <stdio.h>

int main(void)
{
    printf("Hello from user mode: nothing but system calls leads out of here.\n");
    return 0;
}
