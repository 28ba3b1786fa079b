/*
 * Mutexes: one word says who holds it and whether somebody may be waiting, so that a lock that nobody else wants costs no system
 * call. Waiters tell the kernel who holds it: a deadlock can be named.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "../libc/thread.h"
#include "deadline.h"
#include "futex.h"

/* In the word, beside the owner's handle, which is below 2^31. */
#define WAITERS 0x80000000u

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    mutex->__word = 0;
    mutex->__depth = 0;
    mutex->__kind = attributes != NULL ? attributes->__kind : PTHREAD_MUTEX_DEFAULT;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    return word_load(&mutex->__word) != 0 ? EBUSY : 0;
}

/* The caller holds it already. A normal mutex is locked against its own owner, which then waits for ever. */
static int lock_again(pthread_mutex_t *mutex)
{
    if (mutex->__kind == PTHREAD_MUTEX_ERRORCHECK)
        return EDEADLK;
    if (mutex->__depth == UINT_MAX)
        return EAGAIN;
    mutex->__depth++;
    return 0;
}

static int lock_contended(pthread_mutex_t *mutex, tocsin_handle self, tocsin_time deadline)
{
    for (;;) {
        unsigned word = word_load(&mutex->__word);
        if (word == 0) {
            /* Others may wait too: who has waited once leaves the mark, and the unlock looks for them. */
            if (word_replace(&mutex->__word, 0, self | WAITERS))
                return 0;
            continue;
        }
        if (!(word & WAITERS) && !word_replace(&mutex->__word, word, word | WAITERS))
            continue;
        if (futex_wait(&mutex->__word, word | WAITERS, word & ~WAITERS, deadline) == TOCSIN_TIMED_OUT)
            return ETIMEDOUT;
    }
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    tocsin_handle self = thread_current()->handle;
    if (word_replace(&mutex->__word, 0, self))
        return 0;
    if (mutex->__kind != PTHREAD_MUTEX_NORMAL && (word_load(&mutex->__word) & ~WAITERS) == self)
        return lock_again(mutex);
    return lock_contended(mutex, self, TOCSIN_FOREVER);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *time)
{
    tocsin_time deadline;
    int status = pthread_mutex_trylock(mutex);
    if (status != EBUSY)
        return status;
    tocsin_handle self = thread_current()->handle;
    if (mutex->__kind == PTHREAD_MUTEX_ERRORCHECK && (word_load(&mutex->__word) & ~WAITERS) == self)
        return EDEADLK;
    status = deadline_from(time, &deadline);
    return status != 0 ? status : lock_contended(mutex, self, deadline);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    tocsin_handle self = thread_current()->handle;
    if (word_replace(&mutex->__word, 0, self))
        return 0;
    if (mutex->__kind == PTHREAD_MUTEX_RECURSIVE && (word_load(&mutex->__word) & ~WAITERS) == self)
        return lock_again(mutex);
    return EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    if (mutex->__kind != PTHREAD_MUTEX_NORMAL) {
        if ((word_load(&mutex->__word) & ~WAITERS) != thread_current()->handle)
            return EPERM;
        if (mutex->__depth > 0) {
            mutex->__depth--;
            return 0;
        }
    }
    if (word_exchange(&mutex->__word, 0) & WAITERS)
        futex_wake_one(&mutex->__word);
    return 0;
}
