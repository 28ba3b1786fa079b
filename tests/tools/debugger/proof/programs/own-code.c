/* A program that reads its own code, all of it, again and again: a breakpoint that is an instruction would change the sum. */
#include "seen.h"

extern const unsigned char __text_start[], __constants_start[];

static uint32_t sum_of_text(void)
{
    uint32_t sum = 2166136261u;
    for (const volatile uint32_t *at = (const volatile uint32_t *)__text_start;
         at < (const volatile uint32_t *)__constants_start; at++)
        sum = (sum ^ *at) * 16777619u;
    return sum;
}

static int is_the_same(const unsigned char *code, const unsigned char *copy, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        if (((const volatile unsigned char *)code)[i] != copy[i])
            return 0;
    return 1;
}

int main(void)
{
    struct seen seen = {0};
    static unsigned char copy[512];
    const unsigned char *self = (const unsigned char *)(uintptr_t)sum_of_text;
    for (uint32_t i = 0; i < sizeof copy; i++)
        copy[i] = self[i];
    uint32_t first = sum_of_text();
    unsigned changed = 0;
    for (int i = 0; i < 12; i++) {
        uint32_t sum = sum_of_text();
        changed += sum != first;
        changed += !is_the_same(self, copy, sizeof copy);
        see(&seen, sum);
    }
    printf("%u of the sums were others\n", changed);
    say("own code", &seen);
    return changed != 0;
}
