/* Timers that come again and again: how late, how many were missed, and who heard first, a pool, a thread or a sleeper. */
#include <pthread.h>

#include "seen.h"

static tocsin_handle timers[3];
static struct seen waits;

static void *waiter(void *argument)
{
    uint32_t generations[3] = {0};
    for (int i = 0; i < 60; i++) {
        struct tocsin_wait_item items[3];
        for (int j = 0; j < 3; j++)
            items[j] = (struct tocsin_wait_item){timers[j], TOCSIN_SOURCE_TIMER, generations[j]};
        struct tocsin_packet packet;
        uint32_t index, generation;
        check(tocsin_event_wait_many(items, 3, TOCSIN_FOREVER, &packet, &index, &generation), "event_wait_many");
        generations[index] = generation;
        see(&waits, index);
        see64(&waits, now());
        see_bytes(&waits, &packet, sizeof packet);
    }
    return argument;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool;
    pthread_t thread;
    struct seen packets = {0}, infos = {0};
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 16, 0, &pool), "pool");
    for (uint32_t i = 0; i < 3; i++) {
        check(tocsin_timer_create(own->allocator, &timers[i]), "timer");
        check(tocsin_event_listen(timers[i], TOCSIN_SOURCE_TIMER, pool, i, TOCSIN_LISTEN_PERSISTENT | 2 << 8, NULL), "TIMER");
    }
    pthread_create(&thread, NULL, waiter, NULL);
    for (uint32_t i = 0; i < 3; i++)
        check(tocsin_timer_set(timers[i], now() + 5000, 3000 + i * 1500), "timer_set");
    for (int round = 0; round < 80; round++) {
        struct tocsin_packet packet;
        for (volatile int spin = 0; spin < round * 20; spin++)
            ;
        while (tocsin_pool_take(pool, 0, &packet, NULL, 0, NULL) == TOCSIN_OK)
            see_bytes(&packets, &packet, sizeof packet);
        struct tocsin_info_timer info;
        check(tocsin_object_info(timers[round % 3], TOCSIN_INFO_TIMER, &info, sizeof info, NULL), "INFO_TIMER");
        see_bytes(&infos, &info, sizeof info);
        if (round % 4 == 0)
            tocsin_thread_sleep(now() + 6000);
    }
    pthread_join(thread, NULL);
    say("packets of timers", &packets);
    say("who waited for them", &waits);
    say("what is known of them", &infos);
    return 0;
}
