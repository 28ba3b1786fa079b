/*
 * Many threads read a mapped pool while the kernel counts events into its packets and removes some: no event is lost, and no
 * packet is read twice.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <tocsin/pool.h>
#include <tocsin/startup.h>

#define READERS 4
#define LISTENERS 3
#define EVENTS 600
#define POSTS 300
#define STOP 1000

static struct tocsin_pool_view view;
static uint32_t events[LISTENERS + 1];
static uint32_t posted[POSTS];

/* Half of the readers never wait: what they read, they read without a call. */
static void read_packet(uint32_t self, struct tocsin_packet *packet)
{
    tocsin_status status;
    if (self % 2 == 0) {
        assert(tocsin_pool_read(&view, packet) == TOCSIN_OK);
        return;
    }
    while ((status = tocsin_pool_try_read(&view, packet)) == TOCSIN_SHOULD_WAIT)
        tocsin_thread_yield();
    assert(status == TOCSIN_OK);
}

static void *reader(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    for (;;) {
        struct tocsin_packet packet;
        read_packet(self, &packet);
        assert(packet.count > 0 && packet.first_seq <= packet.last_seq);
        uint32_t key = (uint32_t)packet.key;
        if (packet.type == TOCSIN_EVENT_TOPIC) {
            assert(key <= LISTENERS && (packet.flags & TOCSIN_PACKET_MORE));
            /* What a packet of several events says is one of them: whole, not half of one and half of another. */
            assert(packet.data0 == ~packet.data1 && packet.data4 == packet.data0 + 7);
            __atomic_fetch_add(&events[key], packet.count, __ATOMIC_RELAXED);
        } else if (key == STOP) {
            return NULL;
        } else {
            assert(key < POSTS && packet.count == 1 && packet.data0 == key * 3);
            __atomic_fetch_add(&posted[key], 1, __ATOMIC_RELAXED);
        }
    }
}

static void post(uint32_t key)
{
    struct tocsin_packet packet = {.key = key, .data0 = key * 3};
    tocsin_status status;
    while ((status = tocsin_pool_post(view.pool, &packet)) == TOCSIN_SHOULD_WAIT)
        tocsin_thread_yield();
    assert(status == TOCSIN_OK);
}

static void *poster(void *argument)
{
    for (uint32_t key = 0; key < POSTS; key++)
        post(key);
    return argument;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool, topic;
    assert(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 16, 0, &pool) == TOCSIN_OK);
    assert(tocsin_topic_create(own->allocator, 1, 20, &topic) == TOCSIN_OK);
    assert(tocsin_pool_open(pool, own->vmar, &view) == TOCSIN_OK);
    for (uint32_t key = 0; key < LISTENERS; key++) {
        uint32_t registration;
        uint32_t options = TOCSIN_LISTEN_PERSISTENT | (key + 1) << 8;
        assert(tocsin_event_listen(topic, TOCSIN_SOURCE_TOPIC, pool, key, options, &registration) == TOCSIN_OK);
    }
    pthread_t readers[READERS], posting;
    for (uintptr_t i = 0; i < READERS; i++)
        assert(pthread_create(&readers[i], NULL, reader, (void *)i) == 0);
    assert(pthread_create(&posting, NULL, poster, NULL) == 0);
    for (uint32_t i = 0; i < EVENTS; i++) {
        uint32_t payload[5] = {i, ~i, 0, 0, i + 7};
        /* The packet of a registration that is cancelled is removed, wherever it stands, unless it has been read. */
        uint32_t options = TOCSIN_LISTEN_PERSISTENT, guest;
        tocsin_status room = TOCSIN_NO_RESOURCES;
        if (i % 3 == 0)
            room = tocsin_event_listen(topic, TOCSIN_SOURCE_TOPIC, pool, LISTENERS, options, &guest);
        assert(tocsin_topic_publish(topic, 1, payload, sizeof payload) == TOCSIN_OK);
        if (room == TOCSIN_OK)
            assert(tocsin_event_cancel(pool, guest) == TOCSIN_OK);
    }
    pthread_join(posting, NULL);
    for (int i = 0; i < READERS; i++)
        post(STOP);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);

    uint32_t twice = 0, missing = 0;
    for (uint32_t key = 0; key < POSTS; key++) {
        twice += posted[key] > 1;
        missing += posted[key] == 0;
    }
    printf("%u posts missing, %u twice\n", (unsigned)missing, (unsigned)twice);
    for (uint32_t key = 0; key < LISTENERS; key++)
        printf("listener %u: %u events\n", (unsigned)key, (unsigned)events[key]);
    assert(view.header->state == 0);
    return 0;
}
