/* Rings (tocsin/ring.h). */
#include <tocsin/ring.h>

#define HEADER_BYTES 64

tocsin_status tocsin_ring_open(tocsin_handle allocator, uint32_t entries, tocsin_handle pool, tocsin_handle vmar,
                               struct tocsin_ring_view *view)
{
    uintptr_t address;
    tocsin_status status = tocsin_ring_create(allocator, entries, pool, vmar, &view->ring, &address);
    if (status != TOCSIN_OK)
        return status;
    view->header = (volatile struct tocsin_ring_header *)address;
    view->submissions = (volatile struct tocsin_submission *)(address + HEADER_BYTES);
    view->entries = view->header->entries;
    view->tail = 0;
    return TOCSIN_OK;
}

tocsin_status tocsin_ring_submit(struct tocsin_ring_view *view, uint64_t key, uint32_t number,
                                 const uint32_t arguments[6])
{
    if (view->tail - view->header->head == view->entries)
        return TOCSIN_SHOULD_WAIT;
    volatile struct tocsin_submission *submission = &view->submissions[view->tail & (view->entries - 1)];
    submission->key = key;
    submission->number = number;
    submission->reserved = 0;
    submission->a0 = arguments[0];
    submission->a1 = arguments[1];
    submission->a2 = arguments[2];
    submission->a3 = arguments[3];
    submission->a4 = arguments[4];
    submission->a5 = arguments[5];
    view->tail++;
    view->header->tail = view->tail;
    return TOCSIN_OK;
}

tocsin_status tocsin_ring_flush(struct tocsin_ring_view *view, uint32_t *taken)
{
    return tocsin_ring_enter(view->ring, view->entries, 0, 0, taken);
}
