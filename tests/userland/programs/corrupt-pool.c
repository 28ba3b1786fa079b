/* A head that cannot be makes its pool corrupt, and nothing else; reading without calls goes on until the kernel has looked. */
#include <assert.h>
#include <stdio.h>
#include <tocsin/pool.h>
#include <tocsin/startup.h>

static void open_pool(struct tocsin_pool_view *view, uint32_t packets)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool;
    assert(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, packets, 0, &pool) == TOCSIN_OK);
    assert(tocsin_pool_open(pool, own->vmar, view) == TOCSIN_OK);
}

static tocsin_status post(const struct tocsin_pool_view *view)
{
    struct tocsin_packet packet = {.key = 1};
    return tocsin_pool_post(view->pool, &packet);
}

int main(void)
{
    struct tocsin_pool_view good;
    open_pool(&good, 8);
    const uint32_t heads[] = {1, 4, 9, 0x7fffffff, 0x80000000, 0xffffffff};
    for (unsigned i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct tocsin_pool_view bad;
        struct tocsin_packet packet;
        uint32_t n;
        open_pool(&bad, 8);
        /* Three packets, of which one was taken: between 1 and 3 all is well. */
        for (int j = 0; j < 3; j++)
            assert(post(&bad) == TOCSIN_OK);
        assert(tocsin_pool_read(&bad, &packet) == TOCSIN_OK);
        assert(post(&bad) == TOCSIN_OK);
        bad.header->head = heads[i];
        tocsin_status expected = heads[i] >= 1 && heads[i] <= 4 ? TOCSIN_OK : TOCSIN_IO_DATA_INTEGRITY;
        assert(post(&bad) == expected);
        if (expected == TOCSIN_OK)
            continue;
        assert(tocsin_pool_take(bad.pool, 0, &packet, NULL, 0, &n) == TOCSIN_IO_DATA_INTEGRITY);
        assert(tocsin_pool_try_read(&bad, &packet) == TOCSIN_IO_DATA_INTEGRITY);
        /* What is right again comes too late. */
        bad.header->head = 1;
        assert(post(&bad) == TOCSIN_IO_DATA_INTEGRITY);
        assert(post(&good) == TOCSIN_OK);
        assert(tocsin_pool_read(&good, &packet) == TOCSIN_OK && packet.key == 1);
    }
    struct tocsin_packet packet;
    assert(tocsin_pool_try_read(&good, &packet) == TOCSIN_SHOULD_WAIT);
    printf("the others are well\n");
    return 0;
}
