/* The process lives until its last thread ends, and then ends as if main had returned 0. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_t main_thread;

static void say_goodbye(void)
{
    printf("goodbye\n");
}

static void *go_on(void *argument)
{
    void *result;
    (void)argument;
    pthread_join(main_thread, &result);
    usleep(100);
    printf("main has left with %s; still here", (char *)result);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    main_thread = pthread_self();
    atexit(say_goodbye);
    pthread_create(&thread, NULL, go_on, NULL);
    pthread_detach(thread);
    pthread_exit("a word");
}
