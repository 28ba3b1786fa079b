/* Semaphores: counting, bounds, and a semaphore that is destroyed by the thread that it let go on. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sem_t items, places, mutex;
static int buffer[4], taken_sum, first, last;

static void *produce(void *argument)
{
    for (int i = 1; i <= 500; i++) {
        sem_wait(&places);
        sem_wait(&mutex);
        buffer[last] = i;
        last = (last + 1) % 4;
        sem_post(&mutex);
        sem_post(&items);
    }
    return argument;
}

static void *consume(void *argument)
{
    for (int i = 0; i < 500; i++) {
        sem_wait(&items);
        sem_wait(&mutex);
        taken_sum += buffer[first];
        first = (first + 1) % 4;
        sem_post(&mutex);
        sem_post(&places);
    }
    return argument;
}

static void *post(void *semaphore)
{
    sem_post(semaphore);
    return NULL;
}

int main(void)
{
    pthread_t threads[6];
    sem_init(&items, 0, 0);
    sem_init(&places, 0, 4);
    sem_init(&mutex, 0, 1);
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, i % 2 ? produce : consume, NULL);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    int value;
    assert(sem_getvalue(&places, &value) == 0 && value == 4);
    printf("sum %d\n", taken_sum);

    for (int i = 0; i < 100; i++) {
        sem_t *gone = malloc(sizeof *gone);
        sem_init(gone, 0, 0);
        pthread_create(&threads[0], NULL, post, gone);
        sem_wait(gone);
        sem_destroy(gone);
        gone->__word = 77;
        free(gone);
        pthread_join(threads[0], NULL);
    }

    assert(sem_trywait(&items) == -1 && errno == EAGAIN);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 5000;
    assert(sem_timedwait(&items, &soon) == -1 && errno == ETIMEDOUT);
    assert(sem_init(&items, 0, SEM_VALUE_MAX) == 0);
    assert(sem_post(&items) == -1 && errno == EOVERFLOW);
    assert(sem_init(&items, 0, SEM_VALUE_MAX + 1u) == -1 && errno == EINVAL);
    printf("bounds: ok\n");
    return 0;
}
