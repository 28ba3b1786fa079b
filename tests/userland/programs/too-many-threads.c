/* Threads until there is no memory for another: an answer, not a fault; and after joining them there is room again. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#define MOST 2000

static pthread_t threads[MOST];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_mutex(void *argument)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return argument;
}

static int create_all(void)
{
    int count = 0, status = 0;
    pthread_mutex_lock(&mutex);
    while (count < MOST && (status = pthread_create(&threads[count], NULL, wait_for_mutex, NULL)) == 0)
        count++;
    assert(count == MOST || status == EAGAIN);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < count; i++)
        assert(pthread_join(threads[i], NULL) == 0);
    return count;
}

int main(void)
{
    int first = create_all(), second = create_all();
    assert(first > 10 && first < MOST);
    printf("%s\n", first == second ? "the same number twice" : "another number the second time");
    return 0;
}
