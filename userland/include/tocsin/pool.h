/*
 * Mapped pools: packets read without a system call, by as many threads as you like.
 *
 * The kernel owns `tail`, the program `head`. A reader copies the packet at the head, and moves the head on with LR and SC if
 * neither the head nor `version` has moved meanwhile: the kernel changes both only in a trap, and a trap ends a reservation.
 * So no packet is read twice or lost, and none is seen while an event is being counted into it.
 *
 * Handles and bytes of messages do not come this way: take those packets with tocsin_pool_take.
 */
#ifndef TOCSIN_POOL_H
#define TOCSIN_POOL_H

#include <tocsin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tocsin_pool_view {
    tocsin_handle pool;
    volatile struct tocsin_pool_header *header;
    const volatile struct tocsin_packet *packets;
};

/* Maps a fixed pool. The errors are those of tocsin_pool_map. */
tocsin_status tocsin_pool_open(tocsin_handle pool, tocsin_handle vmar, struct tocsin_pool_view *view);

/*
 * Reads the oldest packet, without a system call. TOCSIN_SHOULD_WAIT where there is none; TOCSIN_IO_DATA_INTEGRITY where the
 * head was written with nonsense, and the kernel knows.
 */
tocsin_status tocsin_pool_try_read(const struct tocsin_pool_view *view, struct tocsin_packet *packet);

/* The same, but waits for a packet with tocsin_pool_take where there is none. */
tocsin_status tocsin_pool_read(const struct tocsin_pool_view *view, struct tocsin_packet *packet);

#ifdef __cplusplus
}
#endif

#endif
