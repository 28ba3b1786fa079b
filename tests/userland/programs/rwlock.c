/* Read-write locks: readers together, writers alone. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static volatile int readers, writers, most_readers, value;

static void *read_value(void *argument)
{
    for (int i = 0; i < 300; i++) {
        assert(pthread_rwlock_rdlock(&lock) == 0);
        int now = __atomic_add_fetch(&readers, 1, __ATOMIC_SEQ_CST);
        if (now > most_readers)
            most_readers = now;
        assert(writers == 0);
        sched_yield();
        __atomic_sub_fetch(&readers, 1, __ATOMIC_SEQ_CST);
        assert(pthread_rwlock_unlock(&lock) == 0);
    }
    return argument;
}

static void *write_value(void *argument)
{
    for (int i = 0; i < 300; i++) {
        assert(pthread_rwlock_wrlock(&lock) == 0);
        assert(++writers == 1 && readers == 0);
        int read = value;
        sched_yield();
        value = read + 1;
        writers--;
        assert(pthread_rwlock_unlock(&lock) == 0);
        sched_yield();
    }
    return argument;
}

static void *try_both(void *argument)
{
    (void)argument;
    int reading = pthread_rwlock_tryrdlock(&lock);
    if (reading == 0)
        pthread_rwlock_unlock(&lock);
    int writing = pthread_rwlock_trywrlock(&lock);
    if (writing == 0)
        pthread_rwlock_unlock(&lock);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 1000;
    int timed = pthread_rwlock_timedwrlock(&lock, &soon);
    if (timed == 0)
        pthread_rwlock_unlock(&lock);
    return (void *)(long)(reading * 1000000 + writing * 1000 + timed);
}

static long others(void)
{
    pthread_t thread;
    void *status;
    pthread_create(&thread, NULL, try_both, NULL);
    pthread_join(thread, &status);
    return (long)status;
}

int main(void)
{
    pthread_t threads[6];
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, i < 4 ? read_value : write_value, NULL);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    printf("value %d, readers together: %s\n", value, most_readers > 1 ? "yes" : "no");

    assert(others() == 0);
    assert(pthread_rwlock_rdlock(&lock) == 0);
    assert(others() == EBUSY * 1000 + ETIMEDOUT);
    assert(pthread_rwlock_unlock(&lock) == 0);
    assert(pthread_rwlock_wrlock(&lock) == 0);
    assert(others() == EBUSY * 1000000 + EBUSY * 1000 + ETIMEDOUT);
    assert(pthread_rwlock_rdlock(&lock) == EDEADLK);
    assert(pthread_rwlock_unlock(&lock) == 0);
    assert(pthread_rwlock_destroy(&lock) == 0);
    return 0;
}
