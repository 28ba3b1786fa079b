/* Adds up, and says so now and then; how far it goes is in memory, where somebody may change it. */
#include <stdio.h>

volatile unsigned last = 20, sum;

int main(void)
{
    for (unsigned i = 1; i <= last; i++) {
        sum += i;
        if (i % 5 == 0)
            printf("%u: %u\n", i, sum);
    }
    return (int)sum;
}
