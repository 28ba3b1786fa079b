/*
 * A mapped pool whose reader makes no call: registrations wait for room in it, and the kernel looks for room with each step. A step
 * that a debugger brings would find it too early.
 */
#include <pthread.h>
#include <tocsin/pool.h>

#include "seen.h"

static struct tocsin_pool_view view;
static volatile int is_over;
static struct seen packets, spins;

static void *reader(void *argument)
{
    uint32_t waited = 0;
    while (!is_over || view.header->head != view.header->tail) {
        struct tocsin_packet packet;
        if (tocsin_pool_try_read(&view, &packet) != TOCSIN_OK) {
            waited++;
            continue;
        }
        see_bytes(&packets, &packet, sizeof packet);
        see(&spins, waited);
        see(&spins, view.header->version);
        see(&spins, view.header->tail);
    }
    return argument;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool, topics[3], first, second;
    pthread_t thread;
    struct seen statuses = {0};
    uint32_t registration;
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 8, 0, &pool), "pool");
    check(tocsin_pool_open(pool, own->vmar, &view), "pool_map");
    for (uint32_t i = 0; i < 3; i++) {
        check(tocsin_topic_create(own->allocator, 1, 20, &topics[i]), "topic");
        check(tocsin_event_listen(topics[i], TOCSIN_SOURCE_TOPIC, pool, i, TOCSIN_LISTEN_PERSISTENT | 1 << 8, &registration),
              "event_listen");
    }
    check(tocsin_channel_create(own->allocator, 64, 0, &first, &second), "channel");
    check(tocsin_channel_receive_async(second, pool, 7, 0, TOCSIN_LISTEN_PERSISTENT, &registration), "receive_async");
    pthread_create(&thread, NULL, reader, NULL);
    for (uint32_t i = 0; i < 400; i++) {
        uint32_t payload[5] = {i, i * i, 0, 0, ~i};
        check(tocsin_topic_publish(topics[i % 3], 1, payload, sizeof payload), "publish");
        struct tocsin_message message = {0};
        if (i % 4 == 0)
            see(&statuses, (uint32_t)tocsin_channel_send(first, &message, now() + 20000));
        struct tocsin_packet posted = {.key = 9, .data0 = i};
        see(&statuses, (uint32_t)tocsin_pool_post(pool, &posted));
        if (i % 9 == 0)
            tocsin_thread_sleep(now() + 900);
    }
    is_over = 1;
    pthread_join(thread, NULL);
    say("packets", &packets);
    say("when they were there", &spins);
    say("statuses", &statuses);
    return 0;
}
