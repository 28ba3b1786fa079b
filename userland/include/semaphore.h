/* POSIX <semaphore.h>: unnamed semaphores of one process. */
#ifndef TOCSIN_SEMAPHORE_H
#define TOCSIN_SEMAPHORE_H

#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEM_VALUE_MAX 0x7fffffff

typedef struct {
    unsigned __word;
} sem_t;

/* EINVAL above SEM_VALUE_MAX, ENOSYS when it should be shared between processes. */
int sem_init(sem_t *semaphore, int shared, unsigned value);
int sem_destroy(sem_t *semaphore);
int sem_wait(sem_t *semaphore);
int sem_trywait(sem_t *semaphore);
int sem_timedwait(sem_t *semaphore, const struct timespec *deadline);
int sem_post(sem_t *semaphore);
int sem_getvalue(sem_t *semaphore, int *value);

#ifdef __cplusplus
}
#endif
#endif
