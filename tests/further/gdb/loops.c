/* Says that it is ready, and loops until somebody changes a variable. */
#include <stdio.h>

volatile int go_on = 1;
volatile unsigned rounds;

int main(void)
{
    puts("ready");
    fflush(stdout);
    while (go_on)
        rounds++;
    puts("done");
    return 3;
}
