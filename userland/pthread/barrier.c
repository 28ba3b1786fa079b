/* Barriers: the last of a round to arrive begins the next one and wakes the others. */
#include <errno.h>
#include <pthread.h>

#include "futex.h"

/* In the count of threads inside: somebody waits in pthread_barrier_destroy for the last of them. */
#define DESTROYING 0x80000000u

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned count)
{
    (void)attributes;
    if (count == 0 || count >= DESTROYING)
        return EINVAL;
    barrier->__count = count;
    barrier->__arrived = 0;
    barrier->__round = 0;
    barrier->__inside = 0;
    return 0;
}

/* Whoever comes out first may destroy it: the others have still to leave. */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    unsigned inside = __atomic_or_fetch(&barrier->__inside, DESTROYING, __ATOMIC_ACQ_REL);
    while (inside != DESTROYING) {
        futex_wait(&barrier->__inside, inside, 0, TOCSIN_FOREVER);
        inside = word_load(&barrier->__inside);
    }
    return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    int status = 0;
    word_add(&barrier->__inside, 1);
    /* Read before arriving: the round cannot end without this thread. */
    unsigned round = word_load(&barrier->__round);
    if (word_add(&barrier->__arrived, 1) + 1 == barrier->__count) {
        word_store(&barrier->__arrived, 0);
        word_add(&barrier->__round, 1);
        futex_wake_all(&barrier->__round);
        status = PTHREAD_BARRIER_SERIAL_THREAD;
    } else {
        while (word_load(&barrier->__round) == round)
            futex_wait(&barrier->__round, round, 0, TOCSIN_FOREVER);
    }
    /* The barrier may be gone after this. */
    if (word_add(&barrier->__inside, -1u) == (DESTROYING | 1))
        futex_wake_all(&barrier->__inside);
    return status;
}

int pthread_barrierattr_init(pthread_barrierattr_t *attributes)
{
    attributes->__shared = PTHREAD_PROCESS_PRIVATE;
    return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *attributes)
{
    (void)attributes;
    return 0;
}
