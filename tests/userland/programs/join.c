/* Threads return values to whoever joins them. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#define THREADS 20

static void *square(void *argument)
{
    long number = (long)argument;
    return (void *)(number * number);
}

static void *leave_early(void *argument)
{
    pthread_exit(argument);
    return NULL;
}

static void *join_other(void *other)
{
    void *result;
    assert(pthread_join(*(pthread_t *)other, &result) == 0);
    return result;
}

static void *call_self_equal(void *created)
{
    assert(pthread_equal(*(pthread_t *)created, pthread_self()));
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    long sum = 0;
    for (long i = 0; i < THREADS; i++)
        assert(pthread_create(&threads[i], NULL, square, (void *)i) == 0);
    for (int i = THREADS - 1; i >= 0; i--) {
        void *result;
        assert(pthread_join(threads[i], &result) == 0);
        assert((long)result == (long)i * i);
        sum += (long)result;
    }
    printf("sum of squares %ld\n", sum);

    void *result;
    pthread_t first, second;
    assert(pthread_create(&first, NULL, leave_early, "early") == 0);
    assert(pthread_create(&second, NULL, join_other, &first) == 0);
    assert(pthread_join(second, &result) == 0);
    printf("%s\n", (char *)result);

    assert(pthread_create(&first, NULL, call_self_equal, &first) == 0);
    assert(pthread_join(first, NULL) == 0);
    assert(pthread_join(pthread_self(), NULL) == EDEADLK);
    return 0;
}
