/* Waiting for and waking by a word in memory, and the atomic accesses to such words. */
#ifndef TOCSIN_PTHREAD_FUTEX_H
#define TOCSIN_PTHREAD_FUTEX_H

#include <stdint.h>
#include <tocsin.h>

static inline unsigned word_load(const unsigned *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void word_store(unsigned *word, unsigned value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline unsigned word_exchange(unsigned *word, unsigned value)
{
    return __atomic_exchange_n(word, value, __ATOMIC_ACQ_REL);
}

/* The value before. */
static inline unsigned word_add(unsigned *word, unsigned value)
{
    return __atomic_fetch_add(word, value, __ATOMIC_ACQ_REL);
}

/* Was it `expected`, so that it is `desired` now? */
static inline int word_replace(unsigned *word, unsigned expected, unsigned desired)
{
    return __atomic_compare_exchange_n(word, &expected, desired, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/*
 * Waits while the word holds the expected value. TOCSIN_TIMED_OUT at the deadline; every other status means: look again.
 *
 * `owner` is the thread that holds what the word stands for, or 0; it runs with at least the priority of the caller, and the kernel
 * finds cycles with it. POSIX has no way to say of a mutex that a wait would be for ever, and who goes on without the lock does
 * worse than to stand still: so the wait begins regardless, and the report at the end names the cycle. An owner that is gone, or
 * that is the caller itself, is refused by the kernel: the wait goes on without one.
 */
static inline tocsin_status futex_wait(const unsigned *word, unsigned expected, tocsin_handle owner, tocsin_time deadline)
{
    tocsin_status status = tocsin_futex_wait(word, expected, owner, deadline, TOCSIN_FUTEX_REGARDLESS);
    if (owner == 0 || status == TOCSIN_OK || status == TOCSIN_SHOULD_WAIT || status == TOCSIN_TIMED_OUT)
        return status;
    return tocsin_futex_wait(word, expected, 0, deadline, 0);
}

static inline void futex_wake_one(const unsigned *word)
{
    tocsin_futex_wake(word, 1, NULL);
}

static inline void futex_wake_all(const unsigned *word)
{
    tocsin_futex_wake(word, TOCSIN_WAKE_ALL, NULL);
}

#endif
