/* Thread-specific values: each thread its own, destructors at its end, old values gone with the key. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static pthread_key_t key, stubborn;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int destroyed_sum, stubborn_calls;

static void destroy(void *value)
{
    assert(pthread_getspecific(key) == NULL);
    pthread_mutex_lock(&mutex);
    destroyed_sum += *(int *)value;
    pthread_mutex_unlock(&mutex);
}

/* Sets itself again every time: the library gives up after some rounds. */
static void come_back(void *value)
{
    stubborn_calls++;
    pthread_setspecific(stubborn, value);
}

static void *use(void *argument)
{
    int *value = argument;
    assert(pthread_getspecific(key) == NULL);
    assert(pthread_setspecific(key, value) == 0);
    sched_yield();
    assert(pthread_getspecific(key) == value);
    if (*value == 1)
        pthread_setspecific(stubborn, value);
    return NULL;
}

int main(void)
{
    pthread_t threads[5];
    int values[5] = {1, 20, 300, 4000, 50000};
    assert(pthread_key_create(&key, destroy) == 0);
    assert(pthread_key_create(&stubborn, come_back) == 0);
    for (int i = 0; i < 5; i++)
        pthread_create(&threads[i], NULL, use, &values[i]);
    for (int i = 0; i < 5; i++)
        pthread_join(threads[i], NULL);
    printf("destroyed %d, stubborn %s\n", destroyed_sum, stubborn_calls == PTHREAD_DESTRUCTOR_ITERATIONS ? "ended" : "?");

    pthread_key_t again;
    assert(pthread_setspecific(key, &values[0]) == 0);
    assert(pthread_key_delete(key) == 0);
    assert(pthread_key_delete(key) == EINVAL);
    assert(pthread_setspecific(key, &values[0]) == EINVAL);
    assert(pthread_key_create(&again, NULL) == 0 && again == key);
    assert(pthread_getspecific(again) == NULL);

    pthread_key_t last = 0;
    int made = 0;
    while (pthread_key_create(&last, NULL) == 0)
        made++;
    printf("%d keys and two\n", made);
    return 0;
}
