/* Spin locks. Where one hart runs all threads, spinning only keeps the owner from going on: each round yields. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <tocsin.h>

#include "futex.h"

enum { FREE, TAKEN };

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
    (void)shared;
    word_store(lock, FREE);
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
    return word_load(lock) == TAKEN ? EBUSY : 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
    return word_replace(lock, FREE, TAKEN) ? 0 : EBUSY;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
    while (pthread_spin_trylock(lock) != 0)
        sched_yield();
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
    word_store(lock, FREE);
    return 0;
}
