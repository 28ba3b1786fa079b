/* A normal mutex that its owner locks again: it waits for itself, for ever. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
    pthread_mutex_lock(&mutex);
    printf("once\n");
    pthread_mutex_lock(&mutex);
    printf("twice\n");
    return 0;
}
