/* LR and SC: each success and each failure counts, with more and less between the two, alone and among others. */
#include <pthread.h>

#include "seen.h"

static uint32_t word;

/* One attempt: 0 if it succeeded. `between` nops lie in the reservation. */
static inline uint32_t attempt(uint32_t *at, uint32_t between)
{
    uint32_t value, failed, left = between;
    __asm__ volatile("1: lr.w %0, (%3)\n"
                     "2: beqz %2, 3f\n"
                     "   addi %2, %2, -1\n"
                     "   j 2b\n"
                     "3: addi %0, %0, 1\n"
                     "   sc.w %1, %0, (%3)\n"
                     : "=&r"(value), "=&r"(failed), "+&r"(left)
                     : "r"(at)
                     : "memory");
    return failed;
}

struct result {
    uint32_t succeeded, failed;
    struct seen when;
};

static void *attempts(void *argument)
{
    struct result *result = argument;
    for (uint32_t i = 0; i < 2500; i++) {
        if (attempt(&word, i % 60) == 0)
            result->succeeded++;
        else {
            result->failed++;
            see(&result->when, i);
        }
    }
    return NULL;
}

int main(void)
{
    struct result alone = {0}, others[3] = {0};
    pthread_t threads[3];
    attempts(&alone);
    printf("alone: %u succeeded, %u failed\n", (unsigned)alone.succeeded, (unsigned)alone.failed);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, attempts, &others[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 3; i++) {
        printf("among others: %u succeeded, %u failed\n", (unsigned)others[i].succeeded, (unsigned)others[i].failed);
        say("which failed", &others[i].when);
    }
    printf("the word is %u\n", (unsigned)word);
    return 0;
}
