/* Many producers and consumers at a queue of three places: every item arrives once, whatever the schedule. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

#define PRODUCERS 5
#define CONSUMERS 4
#define ITEMS 2000
#define PLACES 3

static int queue[PLACES], length, produced, consumed;
static unsigned char seen[ITEMS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;

static void *produce(void *argument)
{
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (length == PLACES && produced < ITEMS)
            pthread_cond_wait(&not_full, &mutex);
        if (produced == ITEMS) {
            pthread_mutex_unlock(&mutex);
            return argument;
        }
        queue[length++] = produced++;
        if (produced == ITEMS)
            pthread_cond_broadcast(&not_full);
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&mutex);
    }
}

static void *consume(void *argument)
{
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (length == 0 && consumed < ITEMS)
            pthread_cond_wait(&not_empty, &mutex);
        if (consumed == ITEMS) {
            pthread_mutex_unlock(&mutex);
            return argument;
        }
        int item = queue[--length];
        assert(!seen[item]);
        seen[item] = 1;
        if (++consumed == ITEMS)
            pthread_cond_broadcast(&not_empty);
        pthread_cond_signal(&not_full);
        pthread_mutex_unlock(&mutex);
    }
}

int main(void)
{
    pthread_t threads[PRODUCERS + CONSUMERS];
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++)
        pthread_create(&threads[i], NULL, i < PRODUCERS ? produce : consume, NULL);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++)
        pthread_join(threads[i], NULL);
    int missing = 0;
    for (int i = 0; i < ITEMS; i++)
        missing += !seen[i];
    printf("%d items, %d missing\n", consumed, missing);
    return 0;
}
