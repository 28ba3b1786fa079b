/* What one call of printf prints stays together, and so does what flockfile holds together. */
#include <pthread.h>
#include <stdio.h>

static void *print(void *argument)
{
    int me = (int)(long)argument;
    for (int i = 0; i < 50; i++) {
        printf("%d%0*d%d\n", me, 60, i, me);
        flockfile(stdout);
        printf("%d(", me);
        for (int j = 0; j < 5; j++)
            putchar('a' + me);
        printf(")%d\n", me);
        funlockfile(stdout);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[6];
    for (long i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, print, (void *)i);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
