/* Three threads with names that count under a lock, and one that waits for a lock that main has. */
#include <pthread.h>
#include <stdio.h>

pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
int counter;

static void *count(void *argument)
{
    int number = (int)(long)argument;
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&counting);
        counter += number;
        pthread_mutex_unlock(&counting);
    }
    return NULL;
}

static void *wait_for_main(void *argument)
{
    pthread_mutex_lock(&held);
    pthread_mutex_unlock(&held);
    return argument;
}

void everybody_is_there(void)
{
}

int main(void)
{
    static const char *const names[] = {"one", "two", "three"};
    pthread_t threads[3], waiter;
    pthread_mutex_lock(&held);
    pthread_create(&waiter, NULL, wait_for_main, NULL);
    pthread_setname_np(waiter, "waiter");
    for (long i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, count, (void *)(i + 1));
        pthread_setname_np(threads[i], names[i]);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    everybody_is_there();
    pthread_mutex_unlock(&held);
    pthread_join(waiter, NULL);
    printf("counter %d\n", counter);
    return 0;
}
