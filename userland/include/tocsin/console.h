/*
 * The protocol of the console driver (servers/console.c). A process that may use the console finds two channels in its
 * startup structure, each 0 where it has none. Handles to them may be duplicated and sent on: any number of processes may
 * use them at the same time. C programs need none of this: printf and scanf do it for them.
 *
 * console_output: a message is text, at most TOCSIN_CONSOLE_BYTES, which is printed as a whole. channel_call returns when it
 * has been printed, with an empty reply; channel_send does not wait for that.
 *
 * console_input: channel_call with a struct tocsin_console_read. The reply has at least one byte and at most `size`, and ends
 * with the first end of line in it; an empty reply is the end of input. Readers are served one after the other. A call that is
 * anything else is CANCELED. Input for a reader that has gone, or whose buffer is too small, stays for the next.
 *
 * Handles in messages are closed.
 */
#ifndef TOCSIN_CONSOLE_H
#define TOCSIN_CONSOLE_H

#include <tocsin.h>

struct tocsin_console_read {
    /* 1 to TOCSIN_CONSOLE_BYTES. */
    uint32_t size;
};

#endif
