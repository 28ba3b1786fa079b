/* Spin locks. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static pthread_spinlock_t lock;
static volatile int counter;

static void *count(void *argument)
{
    for (int i = 0; i < 2000; i++) {
        pthread_spin_lock(&lock);
        int read = counter;
        for (volatile int pause = 0; pause < 3; pause++)
            ;
        counter = read + 1;
        pthread_spin_unlock(&lock);
    }
    return argument;
}

int main(void)
{
    pthread_t threads[4];
    assert(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert(pthread_spin_lock(&lock) == 0);
    assert(pthread_spin_trylock(&lock) == EBUSY);
    assert(pthread_spin_unlock(&lock) == 0);
    assert(pthread_spin_destroy(&lock) == 0);
    printf("counted to %d\n", counter);
    return 0;
}
