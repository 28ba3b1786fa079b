/* Condition variables: no signal is lost, a broadcast reaches all, and a deadline ends the wait. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Two threads take turns: one lost signal and both wait for ever. */
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn, turns;

static void *take_turns(void *argument)
{
    int me = (int)(long)argument;
    for (int i = 0; i < 3000; i++) {
        pthread_mutex_lock(&mutex);
        while (turn != me)
            assert(pthread_cond_wait(&turn_changed, &mutex) == 0);
        turns++;
        turn = !me;
        pthread_cond_signal(&turn_changed);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void turn_taking(void)
{
    pthread_t threads[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, take_turns, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("%d turns\n", turns);
}

/* Each round has a condition variable of its own, which is destroyed and overwritten right after the broadcast. */
struct gate {
    pthread_cond_t opened;
    int waiting, open;
};

static struct gate *gate;

static void *wait_at_gate(void *argument)
{
    pthread_mutex_lock(&mutex);
    gate->waiting++;
    while (!gate->open)
        pthread_cond_wait(&gate->opened, &mutex);
    gate->waiting--;
    if (gate->waiting == 0)
        gate->open = 2;
    pthread_mutex_unlock(&mutex);
    return argument;
}

static void open_gate(void)
{
    pthread_t threads[5];
    gate = malloc(sizeof *gate);
    *gate = (struct gate){PTHREAD_COND_INITIALIZER, 0, 0};
    for (int i = 0; i < 5; i++)
        pthread_create(&threads[i], NULL, wait_at_gate, NULL);
    pthread_mutex_lock(&mutex);
    while (gate->waiting < 5) {
        pthread_mutex_unlock(&mutex);
        sched_yield();
        pthread_mutex_lock(&mutex);
    }
    gate->open = 1;
    assert(pthread_cond_broadcast(&gate->opened) == 0);
    pthread_mutex_unlock(&mutex);
    assert(pthread_cond_destroy(&gate->opened) == 0);
    gate->opened = (pthread_cond_t){~0u, ~0u, ~0u};
    for (int i = 0; i < 5; i++)
        pthread_join(threads[i], NULL);
    assert(gate->open == 2);
    assert(gate->opened.__inside == ~0u);
    free(gate);
}

static void waiting_in_vain(void)
{
    pthread_condattr_t attributes;
    pthread_cond_t never;
    assert(pthread_condattr_init(&attributes) == 0);
    assert(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    assert(pthread_cond_init(&never, &attributes) == 0);
    struct timespec deadline, now;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += 2;
    pthread_mutex_lock(&mutex);
    assert(pthread_cond_timedwait(&never, &mutex, &deadline) == ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    assert(now.tv_sec == deadline.tv_sec && now.tv_nsec >= deadline.tv_nsec && now.tv_nsec < deadline.tv_nsec + 1000000);
    /* The mutex is held again. */
    assert(pthread_mutex_trylock(&mutex) == EBUSY);
    deadline.tv_nsec = -1;
    assert(pthread_cond_timedwait(&never, &mutex, &deadline) == EINVAL);
    pthread_mutex_unlock(&mutex);
    assert(pthread_cond_destroy(&never) == 0);
}

int main(void)
{
    turn_taking();
    for (int i = 0; i < 100; i++)
        open_gate();
    printf("100 gates opened\n");
    waiting_in_vain();
    printf("timed out in time\n");

    pthread_mutex_t checked = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    assert(pthread_cond_wait(&condition, &checked) == EPERM);
    assert(pthread_cond_signal(&condition) == 0);
    return 0;
}
