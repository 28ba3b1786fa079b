/*
 * Read-write locks: one word holds the number of readers, or that a writer is there, and a mark when somebody may be waiting.
 * Readers are let in while others read. An unlock touches the lock once and never after it: whom it lets go may destroy it.
 */
#include <errno.h>
#include <pthread.h>

#include "../libc/thread.h"
#include "deadline.h"
#include "futex.h"

#define WAITERS 0x80000000u
#define WRITING 0x40000000u
#define READERS_MAX (WRITING - 1)

int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
    (void)attributes;
    lock->__word = 0;
    lock->__writer = 0;
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    return word_load(&lock->__word) != 0 ? EBUSY : 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    for (;;) {
        unsigned word = word_load(&lock->__word);
        if (word & WRITING)
            return EBUSY;
        if ((word & ~WAITERS) == READERS_MAX)
            return EAGAIN;
        if (word_replace(&lock->__word, word, word + 1))
            return 0;
    }
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    if (!word_replace(&lock->__word, 0, WRITING))
        return EBUSY;
    word_store(&lock->__writer, thread_current()->handle);
    return 0;
}

/* Waits while the lock is held in the way in which it was seen. */
static tocsin_status wait_for_change(pthread_rwlock_t *lock, unsigned word, tocsin_time deadline)
{
    if (!(word & WAITERS) && !word_replace(&lock->__word, word, word | WAITERS))
        return TOCSIN_SHOULD_WAIT;
    tocsin_handle writer = word & WRITING ? word_load(&lock->__writer) : 0;
    return futex_wait(&lock->__word, word | WAITERS, writer, deadline);
}

static int lock_or_wait(pthread_rwlock_t *lock, int (*try)(pthread_rwlock_t *), const struct timespec *time)
{
    tocsin_time deadline = TOCSIN_FOREVER;
    int status = try(lock);
    if (status != EBUSY)
        return status;
    if (time != NULL && deadline_from(time, &deadline) != 0)
        return EINVAL;
    if (word_load(&lock->__writer) == thread_current()->handle)
        return EDEADLK;
    for (;;) {
        unsigned word = word_load(&lock->__word);
        status = try(lock);
        if (status != EBUSY)
            return status;
        /* A word of 0 was free a moment ago: try again rather than wait for that. */
        if (word != 0 && wait_for_change(lock, word, deadline) == TOCSIN_TIMED_OUT)
            return ETIMEDOUT;
    }
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return lock_or_wait(lock, pthread_rwlock_tryrdlock, NULL);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *deadline)
{
    return lock_or_wait(lock, pthread_rwlock_tryrdlock, deadline);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return lock_or_wait(lock, pthread_rwlock_trywrlock, NULL);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *deadline)
{
    return lock_or_wait(lock, pthread_rwlock_trywrlock, deadline);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    unsigned word = word_load(&lock->__word), left = 0;
    if (word & WRITING) {
        if (word_load(&lock->__writer) != thread_current()->handle)
            return EPERM;
        word_store(&lock->__writer, 0);
        word = word_exchange(&lock->__word, 0);
    } else {
        /* The last reader takes the mark away with it; all who wait look again. */
        do {
            word = word_load(&lock->__word);
            left = (word & ~WAITERS) == 1 ? 0 : word - 1;
        } while (!word_replace(&lock->__word, word, left));
    }
    if (left == 0 && word & WAITERS)
        futex_wake_all(&lock->__word);
    return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *attributes)
{
    attributes->__shared = PTHREAD_PROCESS_PRIVATE;
    return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attributes)
{
    (void)attributes;
    return 0;
}
