/*
 * A thread's control block and its thread-local variables.
 *
 * One area of memory holds both, the first thread's on its stack, every other one's above its stack:
 *
 *     struct thread | .tdata .tbss
 *                   ^ tp, aligned to 64 (thread-local storage variant I, RISC-V psABI)
 */
#ifndef TOCSIN_LIBC_THREAD_H
#define TOCSIN_LIBC_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <tocsin.h>

/* Bytes of a name in the block, with its terminating zero. */
#define THREAD_NAME_BYTES 16

enum thread_state {
    THREAD_JOINABLE,
    THREAD_DETACHED,
    /* It was joinable and has gone: whoever joins or detaches it takes its memory away. */
    THREAD_FINISHED,
};

struct thread {
    /* 1 until the kernel stores 0 there, when the thread has left its stack for good. */
    unsigned running;
    tocsin_handle handle;
    int error_number;
    /* enum thread_state. */
    unsigned state;
    int priority;
    /* tocsin_malloc_wait said so. */
    int waits_for_memory;
    char name[THREAD_NAME_BYTES];
    void *(*function)(void *);
    void *argument;
    void *result;
    /* What to unmap when it has gone; 0 for the first thread. */
    uintptr_t mapping;
    uint32_t mapping_bytes;
    /* The next detached thread that has finished (pthread/reaper.c). */
    struct thread *next_finished;
    /* Values of keys; one of another generation than the key's own counts as NULL (pthread/keys.c). */
    struct {
        unsigned generation;
        void *value;
    } specific[PTHREAD_KEYS_MAX];
};

static inline struct thread *thread_at(uintptr_t thread_pointer)
{
    return (struct thread *)(thread_pointer - sizeof(struct thread));
}

/* The calling thread's block. tp never changes in the life of a thread, so the compiler may keep it. */
static inline struct thread *thread_current(void)
{
    uintptr_t thread_pointer;
    __asm__("mv %0, tp" : "=r"(thread_pointer));
    return thread_at(thread_pointer);
}

/* Bytes to reserve for one thread's area, wherever it begins. */
size_t __tocsin_thread_area_bytes(void);

/* Lays out an area of that many bytes and gives the thread pointer; the control block is all zeros. */
uintptr_t __tocsin_thread_area_begin(void *area);

#endif
