/* Detached threads give back what they took, although nobody joins them: 3,000 of them fit where 30 would. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t done;
static int ran;

static void *work(void *argument)
{
    (void)argument;
    ran++;
    sem_post(&done);
    return NULL;
}

static void *detach_self(void *argument)
{
    assert(pthread_detach(pthread_self()) == 0);
    return work(argument);
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int state;
    sem_init(&done, 0, 0);
    assert(pthread_attr_init(&attributes) == 0);
    assert(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0);
    assert(pthread_attr_getdetachstate(&attributes, &state) == 0 && state == PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 1000; i++) {
        assert(pthread_create(&thread, &attributes, work, NULL) == 0);
        sem_wait(&done);
        assert(pthread_create(&thread, NULL, detach_self, NULL) == 0);
        sem_wait(&done);
        assert(pthread_create(&thread, NULL, work, NULL) == 0);
        assert(pthread_detach(thread) == 0);
        sem_wait(&done);
    }
    printf("%d detached threads ran\n", ran);
    return 0;
}
