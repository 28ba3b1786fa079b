/* Mutexes of the three kinds, and what each says to misuse. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define THREADS 8
#define ROUNDS 5000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int counter;

static void *count(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        int read = counter;
        for (volatile int pause = 0; pause < 3; pause++)
            ;
        counter = read + 1;
        pthread_mutex_unlock(&mutex);
    }
    return argument;
}

static void counting(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert(pthread_create(&threads[i], NULL, count, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        assert(pthread_join(threads[i], NULL) == 0);
    printf("counted to %d\n", counter);
}

static void make(pthread_mutex_t *made, int kind)
{
    pthread_mutexattr_t attributes;
    int got;
    assert(pthread_mutexattr_init(&attributes) == 0);
    assert(pthread_mutexattr_settype(&attributes, kind) == 0);
    assert(pthread_mutexattr_gettype(&attributes, &got) == 0 && got == kind);
    assert(pthread_mutex_init(made, &attributes) == 0);
    assert(pthread_mutexattr_destroy(&attributes) == 0);
}

/* What another thread is told when it tries. */
static void *try(void *tried)
{
    int status = pthread_mutex_trylock(tried);
    if (status == 0)
        pthread_mutex_unlock(tried);
    return (void *)(long)status;
}

static void *unlock(void *locked)
{
    return (void *)(long)pthread_mutex_unlock(locked);
}

static int elsewhere(void *(*function)(void *), pthread_mutex_t *argument)
{
    pthread_t thread;
    void *status;
    assert(pthread_create(&thread, NULL, function, argument) == 0);
    assert(pthread_join(thread, &status) == 0);
    return (int)(long)status;
}

static struct timespec in_microseconds(long microseconds)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += microseconds * 1000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void *lock_in_time(void *locked)
{
    struct timespec deadline = in_microseconds(200), now;
    int status = pthread_mutex_timedlock(locked, &deadline);
    clock_gettime(CLOCK_REALTIME, &now);
    assert(status == 0 || now.tv_sec > deadline.tv_sec || now.tv_nsec >= deadline.tv_nsec);
    if (status == 0)
        pthread_mutex_unlock(locked);
    return (void *)(long)status;
}

int main(void)
{
    counting();

    pthread_mutex_t recursive, checked, normal;
    make(&recursive, PTHREAD_MUTEX_RECURSIVE);
    for (int i = 0; i < 3; i++)
        assert(pthread_mutex_lock(&recursive) == 0);
    assert(pthread_mutex_trylock(&recursive) == 0);
    for (int i = 0; i < 4; i++) {
        assert(elsewhere(try, &recursive) == EBUSY);
        assert(pthread_mutex_unlock(&recursive) == 0);
    }
    assert(elsewhere(try, &recursive) == 0);
    assert(pthread_mutex_unlock(&recursive) == EPERM);
    printf("recursive: ok\n");

    make(&checked, PTHREAD_MUTEX_ERRORCHECK);
    assert(pthread_mutex_unlock(&checked) == EPERM);
    assert(pthread_mutex_lock(&checked) == 0);
    assert(pthread_mutex_lock(&checked) == EDEADLK);
    assert(pthread_mutex_trylock(&checked) == EBUSY);
    assert(elsewhere(unlock, &checked) == EPERM);
    assert(pthread_mutex_destroy(&checked) == EBUSY);
    assert(pthread_mutex_unlock(&checked) == 0);
    assert(pthread_mutex_destroy(&checked) == 0);
    printf("error-checking: ok\n");

    make(&normal, PTHREAD_MUTEX_NORMAL);
    assert(pthread_mutex_lock(&normal) == 0);
    assert(elsewhere(try, &normal) == EBUSY);
    assert(elsewhere(lock_in_time, &normal) == ETIMEDOUT);
    struct timespec nonsense = {0, 1000000000};
    assert(pthread_mutex_timedlock(&normal, &nonsense) == EINVAL);
    assert(pthread_mutex_unlock(&normal) == 0);
    assert(elsewhere(lock_in_time, &normal) == 0);
    printf("timed: ok\n");
    return 0;
}
