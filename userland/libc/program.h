/*
 * What the process knows about itself: the handles that the kernel put into struct tocsin_startup, kept for the whole run.
 */
#ifndef TOCSIN_LIBC_PROGRAM_H
#define TOCSIN_LIBC_PROGRAM_H

#include <tocsin.h>

struct program {
    tocsin_handle process;
    tocsin_handle vmar;
    tocsin_handle allocator;
    /* Channels to the console driver, 0 where there is none (tocsin/console.h). */
    tocsin_handle console_output;
    tocsin_handle console_input;
    const struct tocsin_startup *startup;
};

/* Written once, before main. */
extern struct program __tocsin_program;

#endif
