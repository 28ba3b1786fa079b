/*
 * Condition variables over a sequence number that every signal changes.
 *
 * No wake-up is lost: a waiter reads the number before it gives up the mutex, and the kernel compares it again in the step in
 * which the waiter joins the queue. A signal in between has changed it, and the wait ends at once. None is stolen: the queue
 * is in the order in which threads began to wait.
 */
#include <errno.h>
#include <pthread.h>

#include "deadline.h"
#include "futex.h"

/* In the count of waiters: somebody waits in pthread_cond_destroy for the last of them. */
#define DESTROYING 0x80000000u

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    (void)attributes;
    condition->__sequence = 0;
    condition->__waiters = 0;
    return 0;
}

/* Right after a broadcast the woken threads have still to leave, and POSIX allows to destroy it then. */
int pthread_cond_destroy(pthread_cond_t *condition)
{
    unsigned waiters = __atomic_or_fetch(&condition->__waiters, DESTROYING, __ATOMIC_ACQ_REL);
    while (waiters != DESTROYING) {
        futex_wait(&condition->__waiters, waiters, 0, TOCSIN_FOREVER);
        waiters = word_load(&condition->__waiters);
    }
    return 0;
}

static int wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, tocsin_time deadline)
{
    /* Counted while the mutex is held: a signaller that holds it later sees the count. */
    word_add(&condition->__waiters, 1);
    unsigned sequence = word_load(&condition->__sequence);
    int status = pthread_mutex_unlock(mutex);
    if (status == 0 && futex_wait(&condition->__sequence, sequence, 0, deadline) == TOCSIN_TIMED_OUT)
        status = ETIMEDOUT;
    /* The condition variable may be gone after this. */
    if (word_add(&condition->__waiters, -1u) == (DESTROYING | 1))
        futex_wake_all(&condition->__waiters);
    if (status == EPERM)
        return status; /* the caller did not hold the mutex */
    int locked = pthread_mutex_lock(mutex);
    return locked != 0 ? locked : status;
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    return wait_until(condition, mutex, TOCSIN_FOREVER);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *time)
{
    tocsin_time deadline;
    int status = deadline_from(time, &deadline);
    return status != 0 ? status : wait_until(condition, mutex, deadline);
}

int pthread_cond_signal(pthread_cond_t *condition)
{
    if (word_load(&condition->__waiters) == 0)
        return 0;
    word_add(&condition->__sequence, 1);
    futex_wake_one(&condition->__sequence);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    if (word_load(&condition->__waiters) == 0)
        return 0;
    word_add(&condition->__sequence, 1);
    futex_wake_all(&condition->__sequence);
    return 0;
}

int pthread_condattr_init(pthread_condattr_t *attributes)
{
    attributes->__clock = CLOCK_REALTIME;
    return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attributes)
{
    (void)attributes;
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    attributes->__clock = clock;
    return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *attributes, clockid_t *clock)
{
    *clock = attributes->__clock;
    return 0;
}
