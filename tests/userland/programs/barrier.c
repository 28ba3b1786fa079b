/* Barriers: nobody is a round ahead, one thread a round is told that it was the last, and destroying one at once is safe. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 6
#define ROUNDS 300

static pthread_barrier_t barrier;
static int arrived[ROUNDS], serial;

static void *meet(void *argument)
{
    for (int round = 0; round < ROUNDS; round++) {
        __atomic_fetch_add(&arrived[round], 1, __ATOMIC_SEQ_CST);
        int status = pthread_barrier_wait(&barrier);
        assert(arrived[round] == THREADS);
        if (status == PTHREAD_BARRIER_SERIAL_THREAD)
            __atomic_fetch_add(&serial, 1, __ATOMIC_SEQ_CST);
        else
            assert(status == 0);
    }
    return argument;
}

static void *meet_once(void *once)
{
    if (pthread_barrier_wait(once) == PTHREAD_BARRIER_SERIAL_THREAD) {
        pthread_barrier_destroy(once);
        *(pthread_barrier_t *)once = (pthread_barrier_t){~0u, ~0u, ~0u, ~0u};
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    assert(pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
    assert(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, meet, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert(pthread_barrier_destroy(&barrier) == 0);
    printf("%d rounds, %d serial threads\n", ROUNDS, serial);

    for (int round = 0; round < 50; round++) {
        pthread_barrier_t *once = malloc(sizeof *once);
        pthread_barrier_init(once, NULL, 3);
        for (int i = 0; i < 3; i++)
            pthread_create(&threads[i], NULL, meet_once, once);
        for (int i = 0; i < 3; i++)
            pthread_join(threads[i], NULL);
        assert(once->__inside == ~0u);
        free(once);
    }
    printf("50 barriers destroyed\n");
    return 0;
}
