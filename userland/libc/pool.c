/* Mapped pools (tocsin/pool.h). */
#include <stdbool.h>
#include <stddef.h>
#include <tocsin/pool.h>

tocsin_status tocsin_pool_open(tocsin_handle pool, tocsin_handle vmar, struct tocsin_pool_view *view)
{
    uintptr_t address;
    tocsin_status status = tocsin_pool_map(pool, vmar, &address);
    if (status != TOCSIN_OK)
        return status;
    view->pool = pool;
    view->header = (volatile struct tocsin_pool_header *)address;
    view->packets = (const volatile struct tocsin_packet *)(address + TOCSIN_PAGE_BYTES);
    return TOCSIN_OK;
}

/*
 * Moves the head on from `head`, if it is still there and no packet has changed since `version`. The two are looked at within
 * one reservation, which a trap ends: between a look and the store the kernel has done nothing.
 */
static bool advance(volatile struct tocsin_pool_header *header, uint32_t head, uint32_t version)
{
    uint32_t failed, now;
    __asm__ volatile(
        "    lr.w.aq %[failed], (%[head_at])\n"
        "    bne     %[failed], %[head], 1f\n"
        "    lw      %[now], %[version_offset](%[head_at])\n"
        "    bne     %[now], %[version], 1f\n"
        "    addi    %[now], %[head], 1\n"
        "    sc.w.rl %[failed], %[now], (%[head_at])\n"
        "    j       2f\n"
        "1:  li      %[failed], 1\n"
        "2:\n"
        : [failed] "=&r"(failed), [now] "=&r"(now)
        : [head_at] "r"(&header->head), [head] "r"(head), [version] "r"(version),
          [version_offset] "i"(offsetof(struct tocsin_pool_header, version))
        : "memory");
    return failed == 0;
}

static void copy_packet(struct tocsin_packet *to, const volatile struct tocsin_packet *from)
{
    const volatile uint32_t *words = (const volatile uint32_t *)from;
    for (unsigned i = 0; i < sizeof *to / sizeof *words; i++)
        ((uint32_t *)to)[i] = words[i];
}

tocsin_status tocsin_pool_try_read(const struct tocsin_pool_view *view, struct tocsin_packet *packet)
{
    volatile struct tocsin_pool_header *header = view->header;
    for (;;) {
        if (header->state != 0)
            return TOCSIN_IO_DATA_INTEGRITY;
        uint32_t version = header->version;
        uint32_t head = header->head;
        if (head == header->tail)
            return TOCSIN_SHOULD_WAIT;
        copy_packet(packet, &view->packets[head & (header->capacity - 1)]);
        /* A count of 0: the packet was removed, and only its place is left. */
        if (advance(header, head, version) && packet->count != 0)
            return TOCSIN_OK;
    }
}

tocsin_status tocsin_pool_read(const struct tocsin_pool_view *view, struct tocsin_packet *packet)
{
    tocsin_status status = tocsin_pool_try_read(view, packet);
    if (status != TOCSIN_SHOULD_WAIT)
        return status;
    uint32_t bytes;
    return tocsin_pool_take(view->pool, TOCSIN_FOREVER, packet, NULL, 0, &bytes);
}
