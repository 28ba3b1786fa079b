/* Numbers that are given out in turn: handles, koids, registrations, tokens, generations, steps in packets. */
#include <pthread.h>

#include "seen.h"

static void *nothing(void *argument)
{
    return argument;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    struct seen handles = {0}, koids = {0}, registrations = {0}, packets = {0}, generations = {0};
    tocsin_handle pool, topic, timer;
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 64, 0, &pool), "pool");
    check(tocsin_topic_create(own->allocator, 1, 20, &topic), "topic");
    check(tocsin_timer_create(own->allocator, &timer), "timer");
    printf("handles %u %u %u, koids %u %u %u\n", (unsigned)pool, (unsigned)topic, (unsigned)timer,
           (unsigned)koid_of(pool), (unsigned)koid_of(topic), (unsigned)koid_of(timer));
    for (uint32_t i = 0; i < 150; i++) {
        tocsin_handle made = 0, copy = 0;
        uint32_t registration = 0, generation = 0;
        check(i % 2 ? tocsin_lock_create(own->allocator, &made) : tocsin_vmo_create(own->allocator, 4096, 0, &made), "it");
        see(&handles, made);
        see(&koids, koid_of(made));
        check(tocsin_handle_duplicate(made, TOCSIN_SAME_RIGHTS, &copy), "handle_duplicate");
        see(&handles, copy);
        check(tocsin_event_listen(topic, TOCSIN_SOURCE_TOPIC, pool, i, TOCSIN_LISTEN_PERSISTENT, &registration), "listen");
        see(&registrations, registration);
        uint32_t payload[5] = {i, i + 1, i + 2, i + 3, i + 4};
        check(tocsin_topic_publish(topic, 1, payload, sizeof payload), "topic_publish");
        struct tocsin_packet packet;
        while (tocsin_pool_take(pool, 0, &packet, NULL, 0, NULL) == TOCSIN_OK)
            see_bytes(&packets, &packet, sizeof packet);
        struct tocsin_info_topic info;
        check(tocsin_object_info(topic, TOCSIN_INFO_TOPIC, &info, sizeof info, NULL), "INFO_TOPIC");
        see(&registrations, info.listeners);
        check(tocsin_timer_set(timer, now(), 0), "timer_set");
        check(tocsin_event_wait(timer, TOCSIN_SOURCE_TIMER, 0, TOCSIN_FOREVER, &packet, &generation), "event_wait");
        see(&generations, generation);
        see_bytes(&packets, &packet, sizeof packet);
        if (i % 3)
            check(tocsin_event_cancel(pool, registration), "event_cancel");
        if (i % 40 == 0) {
            pthread_t thread;
            pthread_create(&thread, NULL, nothing, NULL);
            pthread_join(thread, NULL);
        }
        tocsin_handle_close(i % 4 ? made : copy);
        if (i == 0)
            printf("the first packet is of step %u\n", (unsigned)packet.first_seq);
        if (i == 149)
            printf("the last one is of step %u\n", (unsigned)packet.last_seq);
    }
    say("handles", &handles);
    say("koids", &koids);
    say("registrations and listeners", &registrations);
    say("packets", &packets);
    say("generations", &generations);
    return 0;
}
