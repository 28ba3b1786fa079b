/*
 * Another process that runs a function of this program.
 *
 * It is a process of its own: it gets a copy of the program at the same addresses, with all variables as they were before main,
 * and a first stack like every program's, with a guard page. Constructors run, printf works, what the function returns is its exit
 * status. Nothing is shared: pointers to functions and constants mean the same in both, others mean nothing.
 *
 * The allocator that it is given pays for all of it. It holds handles to itself, its first thread, its address region, that
 * allocator, the two channels of the console (tocsin/console.h), and copies of those that it is given; neither its job nor the right
 * to hardware is among them. Of a handle that is given, the right that it lacks is missing there, too.
 */
#ifndef TOCSIN_SPAWN_H
#define TOCSIN_SPAWN_H

#include <tocsin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Handles that a process may be given. */
#define TOCSIN_SPAWN_HANDLES 8

struct tocsin_spawn {
    /* 1 to TOCSIN_NAME_BYTES bytes. */
    const char *name;
    /* `handles` are the copies, in the same order. */
    int (*function)(uint32_t argument, const tocsin_handle *handles);
    uint32_t argument;
    /* Who pays; the rights ALLOC, DUPLICATE and TRANSFER are needed. */
    tocsin_handle allocator;
    /* What is copied for it, each with the rights DUPLICATE and TRANSFER; the caller keeps its own. */
    const tocsin_handle *handles;
    uint32_t handle_count;
};

/*
 * Makes the process and starts it. `process` is for whoever waits for it, kills it, or asks about it; closing it leaves it running.
 * Every other status leaves nothing behind: NO_MEMORY (it does not fit the allocator, or what the caller needs for a moment does not
 * fit its own), NO_RESOURCES (a table is full, or the job has as many processes as it may), OUT_OF_RANGE (the name, or too many
 * handles), INVALID_ARGS (no function, no name), BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED, or CANCELED: it was killed before it began.
 */
tocsin_status tocsin_spawn(const struct tocsin_spawn *wanted, tocsin_handle *process);

/* Waits until a process has ended, and says how. TIMED_OUT: it has not. */
tocsin_status tocsin_spawn_wait(tocsin_handle process, tocsin_time deadline, struct tocsin_info_process *record);

#ifdef __cplusplus
}
#endif
#endif
