/*
 * Threads, a mutex and a condition variable: three cooks and four guests at a counter that holds two plates.
 *
 * A cook waits while the counter is full, a guest while it is empty. You should see every plate put down before it is eaten,
 * never more than two on the counter, and at the end as many eaten as cooked. Another `--seed` gives another order; the same
 * seed gives the same one again, byte for byte.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define COOKS 3
#define GUESTS 4
#define PLATES_PER_COOK 4
#define PLATES (COOKS * PLATES_PER_COOK)
#define COUNTER_PLACES 2

static pthread_mutex_t counter = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t plate_put = PTHREAD_COND_INITIALIZER;
static pthread_cond_t plate_taken = PTHREAD_COND_INITIALIZER;
static int on_counter[COUNTER_PLACES];
static int plates_on_counter;
static int plates_eaten;

static void work_for(long microseconds)
{
    struct timespec length = {0, microseconds * 1000};
    nanosleep(&length, NULL);
}

static void show(const char *who, int number, const char *does, int plate)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%6ld us  %s %d %s plate %2d  [", now.tv_nsec / 1000, who, number, does, plate);
    for (int place = 0; place < COUNTER_PLACES; place++)
        printf(place < plates_on_counter ? " %2d" : "  .", on_counter[place]);
    printf(" ]\n");
}

static void *cook(void *argument)
{
    int number = *(int *)argument;
    for (int i = 0; i < PLATES_PER_COOK; i++) {
        int plate = number * PLATES_PER_COOK + i;
        work_for(100 + 40 * number);
        pthread_mutex_lock(&counter);
        while (plates_on_counter == COUNTER_PLACES)
            pthread_cond_wait(&plate_taken, &counter);
        on_counter[plates_on_counter++] = plate;
        show("cook ", number, "puts ", plate);
        pthread_cond_signal(&plate_put);
        pthread_mutex_unlock(&counter);
    }
    return NULL;
}

static void *guest(void *argument)
{
    int number = *(int *)argument;
    long eaten = 0;
    for (;;) {
        pthread_mutex_lock(&counter);
        while (plates_on_counter == 0 && plates_eaten < PLATES)
            pthread_cond_wait(&plate_put, &counter);
        if (plates_on_counter == 0) {
            pthread_mutex_unlock(&counter);
            return (void *)eaten;
        }
        int plate = on_counter[--plates_on_counter];
        show("guest", number, "takes", plate);
        if (++plates_eaten == PLATES)
            pthread_cond_broadcast(&plate_put); /* nothing will come any more: those who wait may go */
        pthread_cond_signal(&plate_taken);
        pthread_mutex_unlock(&counter);
        eaten++;
        work_for(450);
    }
}

int main(void)
{
    pthread_t cooks[COOKS], guests[GUESTS];
    int numbers[GUESTS];
    for (int i = 0; i < GUESTS; i++) {
        numbers[i] = i;
        pthread_create(&guests[i], NULL, guest, &numbers[i]);
    }
    for (int i = 0; i < COOKS; i++)
        pthread_create(&cooks[i], NULL, cook, &numbers[i]);

    for (int i = 0; i < COOKS; i++)
        pthread_join(cooks[i], NULL);
    long total = 0;
    for (int i = 0; i < GUESTS; i++) {
        void *eaten;
        pthread_join(guests[i], &eaten);
        printf("guest %d had %ld plates\n", i, (long)eaten);
        total += (long)eaten;
    }
    printf("%d cooked, %ld eaten\n", PLATES, total);
    return total == PLATES ? 0 : 1;
}
