/*
 * Semaphores: one word holds the value, and a mark when somebody may be waiting. sem_post touches the semaphore once and
 * never after it: a thread that it lets go on may destroy it.
 */
#include <errno.h>
#include <semaphore.h>

#include "deadline.h"
#include "futex.h"

#define WAITERS 0x80000000u

static int fail(int error)
{
    errno = error;
    return -1;
}

int sem_init(sem_t *semaphore, int shared, unsigned value)
{
    if (value > SEM_VALUE_MAX)
        return fail(EINVAL);
    if (shared)
        return fail(ENOSYS);
    semaphore->__word = value;
    return 0;
}

int sem_destroy(sem_t *semaphore)
{
    (void)semaphore;
    return 0;
}

int sem_trywait(sem_t *semaphore)
{
    for (;;) {
        unsigned word = word_load(&semaphore->__word);
        if ((word & ~WAITERS) == 0)
            return fail(EAGAIN);
        if (word_replace(&semaphore->__word, word, word - 1))
            return 0;
    }
}

static int wait_until(sem_t *semaphore, tocsin_time deadline)
{
    for (;;) {
        unsigned word = word_load(&semaphore->__word);
        if ((word & ~WAITERS) != 0) {
            if (word_replace(&semaphore->__word, word, word - 1))
                return 0;
        } else if (word == WAITERS || word_replace(&semaphore->__word, 0, WAITERS)) {
            if (futex_wait(&semaphore->__word, WAITERS, 0, deadline) == TOCSIN_TIMED_OUT)
                return fail(ETIMEDOUT);
        }
    }
}

int sem_wait(sem_t *semaphore)
{
    return wait_until(semaphore, TOCSIN_FOREVER);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *time)
{
    tocsin_time deadline;
    int saved = errno;
    if (sem_trywait(semaphore) == 0)
        return 0;
    errno = saved;
    if (deadline_from(time, &deadline) != 0)
        return fail(EINVAL);
    return wait_until(semaphore, deadline);
}

/* The mark goes, and all waiters look: those that find the value 0 again set it again. */
int sem_post(sem_t *semaphore)
{
    for (;;) {
        unsigned word = word_load(&semaphore->__word);
        unsigned value = word & ~WAITERS;
        if (value == SEM_VALUE_MAX)
            return fail(EOVERFLOW);
        if (!word_replace(&semaphore->__word, word, value + 1))
            continue;
        if (word & WAITERS)
            futex_wake_all(&semaphore->__word);
        return 0;
    }
}

int sem_getvalue(sem_t *semaphore, int *value)
{
    *value = (int)(word_load(&semaphore->__word) & ~WAITERS);
    return 0;
}
