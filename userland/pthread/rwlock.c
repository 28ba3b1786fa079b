/*
 * Read-write locks. The state is taken without a system call when it allows; who must wait does so for a sequence number that
 * every unlock changes that frees the lock while somebody waits. Readers are let in while others read.
 */
#include <errno.h>
#include <pthread.h>

#include "../libc/thread.h"
#include "deadline.h"
#include "futex.h"

#define FREE 0u
#define WRITING (~0u)
#define READERS_MAX (~0u - 1)

int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes)
{
    (void)attributes;
    *lock = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    return word_load(&lock->__state) != FREE ? EBUSY : 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    for (;;) {
        unsigned state = word_load(&lock->__state);
        if (state == WRITING)
            return EBUSY;
        if (state == READERS_MAX)
            return EAGAIN;
        if (word_replace(&lock->__state, state, state + 1))
            return 0;
    }
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    if (!word_replace(&lock->__state, FREE, WRITING))
        return EBUSY;
    word_store(&lock->__writer, thread_current()->handle);
    return 0;
}

/* Tries again each time that the lock may have become free. The deadline is looked at when there is something to wait for. */
static int lock_or_wait(pthread_rwlock_t *lock, int (*try)(pthread_rwlock_t *), const struct timespec *time)
{
    tocsin_time deadline = TOCSIN_FOREVER;
    int status = try(lock);
    if (status == EBUSY && time != NULL && deadline_from(time, &deadline) != 0)
        return EINVAL;
    while (status == EBUSY) {
        if (word_load(&lock->__writer) == thread_current()->handle)
            return EDEADLK;
        /* The number is read before the last try: an unlock after it changes the number. */
        word_add(&lock->__waiters, 1);
        unsigned sequence = word_load(&lock->__sequence);
        status = try(lock);
        int timed_out = status == EBUSY && futex_wait(&lock->__sequence, sequence, word_load(&lock->__writer), deadline) == TOCSIN_TIMED_OUT;
        word_add(&lock->__waiters, -1u);
        if (timed_out) {
            status = try(lock);
            return status == EBUSY ? ETIMEDOUT : status;
        }
    }
    return status;
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
    unsigned left;
    if (word_load(&lock->__state) == WRITING) {
        if (word_load(&lock->__writer) != thread_current()->handle)
            return EPERM;
        word_store(&lock->__writer, 0);
        left = FREE;
        word_store(&lock->__state, FREE);
    } else {
        left = word_add(&lock->__state, -1u) - 1;
    }
    if (left == FREE && word_load(&lock->__waiters) != 0) {
        word_add(&lock->__sequence, 1);
        futex_wake_all(&lock->__sequence);
    }
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
