/* A ring and a mapped pool: a thousand calls in four traps, and their completions read in none. */
#include <assert.h>
#include <stdio.h>
#include <tocsin/pool.h>
#include <tocsin/ring.h>
#include <tocsin/startup.h>

#define BATCH 256

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    struct tocsin_pool_view completions;
    struct tocsin_ring_view ring;
    tocsin_handle pool;
    assert(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, BATCH, 0, &pool) == TOCSIN_OK);
    assert(tocsin_pool_open(pool, own->vmar, &completions) == TOCSIN_OK);
    assert(tocsin_ring_open(own->allocator, BATCH, pool, own->vmar, &ring) == TOCSIN_OK);
    uint32_t traps = 0, calls = 0, key = 0;
    uint64_t last = 0;
    while (key < 4 * BATCH) {
        const uint32_t monotonic[6] = {TOCSIN_CLOCK_MONOTONIC};
        while (tocsin_ring_submit(&ring, key, TOCSIN_CALL_CLOCK_GET, monotonic) == TOCSIN_OK)
            key++;
        uint32_t taken;
        assert(tocsin_ring_flush(&ring, &taken) == TOCSIN_OK && taken == BATCH);
        traps++;
        struct tocsin_packet packet;
        while (tocsin_pool_try_read(&completions, &packet) == TOCSIN_OK) {
            assert(packet.type == TOCSIN_EVENT_COMPLETION && packet.status == TOCSIN_OK && packet.key == calls);
            uint64_t time = packet.data0 | (uint64_t)packet.data1 << 32;
            assert(time >= last);
            last = time;
            calls++;
        }
    }
    printf("%u calls in %u traps\n", (unsigned)calls, (unsigned)traps);
    ring.header->tail = ring.tail + BATCH + 1;
    uint32_t taken;
    assert(tocsin_ring_flush(&ring, &taken) == TOCSIN_IO_DATA_INTEGRITY && ring.header->state != 0);
    return 0;
}
