/*
 * Condition variables over a sequence number that every signal changes.
 *
 * No wake-up is lost: a waiter reads the number before it gives up the mutex, and the kernel compares it again in the step in
 * which the waiter joins the queue. A signal in between has changed it, and the wait ends at once. None is stolen: the queue
 * is in the order in which threads began to wait.
 *
 * A signal that nobody waits for costs no system call. Waiters count themselves after they read the number, and only signals
 * take from the count: it may be too high, after a wait that ended by itself, but never too low.
 */
#include <errno.h>
#include <pthread.h>

#include "deadline.h"
#include "futex.h"

/* In the count of threads inside: somebody waits in pthread_cond_destroy for the last of them. */
#define DESTROYING 0x80000000u
/* More waits than this without a signal are not counted: there are fewer threads than that. */
#define UNSIGNALLED_MAX 0x7fffffffu

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    (void)attributes;
    condition->__sequence = 0;
    condition->__unsignalled = 0;
    condition->__inside = 0;
    return 0;
}

/* Right after a broadcast the woken threads have still to leave, and POSIX allows to destroy it then. */
int pthread_cond_destroy(pthread_cond_t *condition)
{
    unsigned inside = __atomic_or_fetch(&condition->__inside, DESTROYING, __ATOMIC_ACQ_REL);
    while (inside != DESTROYING) {
        futex_wait(&condition->__inside, inside, 0, TOCSIN_FOREVER);
        inside = word_load(&condition->__inside);
    }
    return 0;
}

static int wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, tocsin_time deadline)
{
    word_add(&condition->__inside, 1);
    unsigned sequence = word_load(&condition->__sequence);
    if (word_load(&condition->__unsignalled) < UNSIGNALLED_MAX)
        word_add(&condition->__unsignalled, 1);
    int status = pthread_mutex_unlock(mutex);
    if (status == 0 && futex_wait(&condition->__sequence, sequence, 0, deadline) == TOCSIN_TIMED_OUT)
        status = ETIMEDOUT;
    /* The condition variable may be gone after this. */
    if (word_add(&condition->__inside, -1u) == (DESTROYING | 1))
        futex_wake_all(&condition->__inside);
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
    unsigned unsignalled;
    do {
        unsignalled = word_load(&condition->__unsignalled);
        if (unsignalled == 0)
            return 0;
    } while (!word_replace(&condition->__unsignalled, unsignalled, unsignalled - 1));
    word_add(&condition->__sequence, 1);
    futex_wake_one(&condition->__sequence);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    if (word_exchange(&condition->__unsignalled, 0) == 0)
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
