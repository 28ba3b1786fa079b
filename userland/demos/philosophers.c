/*
 * Dining philosophers that deadlock for sure: each takes the fork on the left, waits at a barrier until all have one, and then
 * reaches for the fork on the right, which a neighbour holds.
 *
 * You should see five left forks taken and no right one. Then no thread can ever run again: Tocsin ends with status 5, says for
 * each thread what it waits for, and names the cycle of who holds what for whom.
 */
#include <pthread.h>
#include <stdio.h>

#define PHILOSOPHERS 5

static pthread_mutex_t forks[PHILOSOPHERS];
static pthread_barrier_t all_have_one;
static const char *const names[PHILOSOPHERS] = {"Hypatia", "Socrates", "Diotima", "Confucius", "Avicenna"};

static void *dine(void *argument)
{
    int seat = (int)(long)argument;
    pthread_mutex_t *left = &forks[seat], *right = &forks[(seat + 1) % PHILOSOPHERS];

    pthread_mutex_lock(left);
    printf("%s takes the left fork\n", names[seat]);
    pthread_barrier_wait(&all_have_one);

    pthread_mutex_lock(right);
    printf("%s takes the right fork, and eats\n", names[seat]);
    pthread_mutex_unlock(right);
    pthread_mutex_unlock(left);
    return NULL;
}

int main(void)
{
    pthread_t philosophers[PHILOSOPHERS];
    pthread_barrier_init(&all_have_one, NULL, PHILOSOPHERS);
    for (int i = 0; i < PHILOSOPHERS; i++)
        pthread_mutex_init(&forks[i], NULL);
    for (long i = 0; i < PHILOSOPHERS; i++) {
        pthread_create(&philosophers[i], NULL, dine, (void *)i);
        pthread_setname_np(philosophers[i], names[i]);
    }
    for (int i = 0; i < PHILOSOPHERS; i++)
        pthread_join(philosophers[i], NULL);
    printf("all have eaten\n");
    return 0;
}
