/*
 * Rings: system calls written into shared memory, made many at a time by one trap. One thread at a time may use a view; calls
 * are made with the handles of the process that enters.
 *
 * Completions are packets of type TOCSIN_EVENT_COMPLETION in the ring's pool, which may be mapped (tocsin/pool.h).
 */
#ifndef TOCSIN_RING_H
#define TOCSIN_RING_H

#include <tocsin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tocsin_ring_view {
    tocsin_handle ring;
    volatile struct tocsin_ring_header *header;
    volatile struct tocsin_submission *submissions;
    /* Submissions that the ring holds, and the number of the next one. */
    uint32_t entries;
    uint32_t tail;
};

/* Makes a ring and maps it. The errors are those of tocsin_ring_create. */
tocsin_status tocsin_ring_open(tocsin_handle allocator, uint32_t entries, tocsin_handle pool, tocsin_handle vmar,
                               struct tocsin_ring_view *view);

/*
 * Writes a submission: the call with a number of TOCSIN_CALL_..., its arguments as registers a0 to a5. It is made when the ring
 * is entered. TOCSIN_SHOULD_WAIT where the ring is full.
 */
tocsin_status tocsin_ring_submit(struct tocsin_ring_view *view, uint64_t key, uint32_t number,
                                 const uint32_t arguments[6]);

/* Makes everything that was submitted, as far as there are slots for completions; says how many were made. */
tocsin_status tocsin_ring_flush(struct tocsin_ring_view *view, uint32_t *taken);

#ifdef __cplusplus
}
#endif

#endif
