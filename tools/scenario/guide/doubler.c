/* Waits for a number in memory that it shares with a scenario, and puts twice the number beside it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>

int main(int argc, char **argv) {
    if (argc != 2) return 1;
    volatile uint32_t *number = (volatile uint32_t *)strtoul(argv[1], NULL, 0);
    while (*number == 0) tocsin_futex_wait(number, 0, 0, TOCSIN_FOREVER, 0);
    number[1] = 2 * *number;
    printf("%u doubled\n", (unsigned)*number);
    return 0;
}
