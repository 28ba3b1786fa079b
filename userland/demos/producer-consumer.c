/*
 * The textbook: a producer and a consumer with a bounded buffer, a mutex and two condition variables.
 *
 * A million numbers go through 64 places. You should see their sum, 500000500000, and exit status 0, whatever the `--seed`.
 */
#include <pthread.h>
#include <stdio.h>

#define ITEMS 1000000
#define PLACES 64

static int buffer[PLACES];
static int count, first_full, first_free;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;

static void *produce(void *unused)
{
    (void)unused;
    for (int item = 1; item <= ITEMS; item++) {
        pthread_mutex_lock(&mutex);
        while (count == PLACES)
            pthread_cond_wait(&not_full, &mutex);
        buffer[first_free] = item;
        first_free = (first_free + 1) % PLACES;
        count++;
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *consume(void *argument)
{
    long long *sum = argument;
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&mutex);
        while (count == 0)
            pthread_cond_wait(&not_empty, &mutex);
        *sum += buffer[first_full];
        first_full = (first_full + 1) % PLACES;
        count--;
        pthread_cond_signal(&not_full);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

int main(void)
{
    pthread_t producer, consumer;
    long long sum = 0;
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, &sum);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    printf("%d items, sum %lld\n", ITEMS, sum);
    return sum == (long long)ITEMS * (ITEMS + 1) / 2 ? 0 : 1;
}
