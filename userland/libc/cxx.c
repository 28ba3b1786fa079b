/*
 * What C++ without its standard library calls (Itanium C++ ABI): destructors at exit, local statics, pure virtual functions, and
 * new and delete. The names are C++'s mangled ones, so that no C++ compiler is needed to build them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../pthread/futex.h"
#include "exit.h"

/* Names the program in calls of __cxa_atexit; there is one program. */
void *__dso_handle = NULL;

int __cxa_atexit(void (*destructor)(void *), void *object, void *program);
void __cxa_pure_virtual(void);
int __cxa_guard_acquire(uint64_t *guard);
void __cxa_guard_release(uint64_t *guard);
void __cxa_guard_abort(uint64_t *guard);
void *operator_new(size_t size) __asm__("_Znwj");
void *operator_new_array(size_t size) __asm__("_Znaj");
void operator_delete(void *block) __asm__("_ZdlPv");
void operator_delete_array(void *block) __asm__("_ZdaPv");
void operator_delete_sized(void *block, size_t size) __asm__("_ZdlPvj");
void operator_delete_array_sized(void *block, size_t size) __asm__("_ZdaPvj");

int __cxa_atexit(void (*destructor)(void *), void *object, void *program)
{
    (void)program;
    return __tocsin_at_exit(destructor, object);
}

void __cxa_pure_virtual(void)
{
    fputs("a pure virtual function was called\n", stderr);
    abort();
}

/* A guard's first byte is 1 when its object is made (the ABI's rule); its second word is a futex while that goes on. */
enum { IDLE, BUSY, BUSY_WITH_WAITERS };

static unsigned *guard_state(uint64_t *guard)
{
    return (unsigned *)guard + 1;
}

/* 1: the caller makes the object. 0: it is made. */
int __cxa_guard_acquire(uint64_t *guard)
{
    unsigned *state = guard_state(guard);
    for (;;) {
        if (__atomic_load_n((unsigned char *)guard, __ATOMIC_ACQUIRE))
            return 0;
        if (word_replace(state, IDLE, BUSY)) {
            if (!__atomic_load_n((unsigned char *)guard, __ATOMIC_ACQUIRE))
                return 1;
            __cxa_guard_abort(guard);
            return 0;
        }
        if (word_replace(state, BUSY, BUSY_WITH_WAITERS) || word_load(state) == BUSY_WITH_WAITERS)
            futex_wait(state, BUSY_WITH_WAITERS, 0, TOCSIN_FOREVER);
    }
}

void __cxa_guard_abort(uint64_t *guard)
{
    unsigned *state = guard_state(guard);
    if (word_exchange(state, IDLE) == BUSY_WITH_WAITERS)
        futex_wake_all(state);
}

void __cxa_guard_release(uint64_t *guard)
{
    __atomic_store_n((unsigned char *)guard, 1, __ATOMIC_RELEASE);
    __cxa_guard_abort(guard);
}

/* There are no exceptions to throw: running out of memory here ends the program. */
void *operator_new(size_t size)
{
    void *block = malloc(size);
    if (block == NULL) {
        fprintf(stderr, "operator new: no memory for %zu bytes\n", size);
        abort();
    }
    return block;
}

void *operator_new_array(size_t size)
{
    return operator_new(size);
}

void operator_delete(void *block)
{
    free(block);
}

void operator_delete_array(void *block)
{
    free(block);
}

void operator_delete_sized(void *block, size_t size)
{
    (void)size;
    free(block);
}

void operator_delete_array_sized(void *block, size_t size)
{
    (void)size;
    free(block);
}
