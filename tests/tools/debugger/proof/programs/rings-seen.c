/* Calls that stand in a ring: when each was made, what it gave, and how the completions come while others run. */
#include <pthread.h>
#include <tocsin/pool.h>
#include <tocsin/ring.h>

#include "seen.h"

#define BATCH 16

static volatile int is_over;
static volatile uint32_t counter;

static void *count(void *argument)
{
    while (!is_over)
        counter++;
    return argument;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    struct tocsin_pool_view completions;
    struct tocsin_ring_view ring;
    tocsin_handle pool, timer;
    pthread_t thread;
    struct seen packets = {0}, counts = {0};
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, BATCH, 0, &pool), "pool");
    check(tocsin_pool_open(pool, own->vmar, &completions), "pool_map");
    check(tocsin_ring_open(own->allocator, BATCH, pool, own->vmar, &ring), "ring");
    check(tocsin_timer_create(own->allocator, &timer), "timer");
    pthread_create(&thread, NULL, count, NULL);
    for (uint32_t round = 0; round < 60; round++) {
        const uint32_t monotonic[6] = {TOCSIN_CLOCK_MONOTONIC}, own_clock[6] = {TOCSIN_CLOCK_THREAD}, wrong[6] = {12345};
        for (uint32_t i = 0; i < BATCH - 4; i++) {
            const uint32_t *arguments = i % 3 == 0 ? monotonic : i % 3 == 1 ? own_clock : wrong;
            check(tocsin_ring_submit(&ring, round * BATCH + i, TOCSIN_CALL_CLOCK_GET, arguments), "submit");
        }
        uint32_t taken = 0;
        check(tocsin_ring_enter(ring.ring, BATCH, BATCH - 4, now() + 5000, &taken), "ring_enter");
        see(&counts, taken);
        see(&counts, counter);
        struct tocsin_packet packet;
        while (tocsin_pool_try_read(&completions, &packet) == TOCSIN_OK)
            see_bytes(&packets, &packet, sizeof packet);
    }
    is_over = 1;
    pthread_join(thread, NULL);
    say("completions", &packets);
    say("how far another thread was", &counts);
    return 0;
}
