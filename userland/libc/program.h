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

/* What the first thread runs: main, or a function that was spawned. Gives the exit status. */
typedef int program_body(const struct tocsin_startup *startup);

/* Begins the program on the first thread's stack: the library, constructors, the body, exit. gp is set. */
__attribute__((noreturn)) void __tocsin_begin_with(const struct tocsin_startup *startup, program_body *body);

#endif
