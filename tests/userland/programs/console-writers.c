/* Threads that print as fast as they can: every write stays together, and none is lost. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WRITERS 8
#define WRITES 100

static void *print(void *name)
{
    char text[300];
    memset(text, *(char *)name, sizeof text - 1);
    text[sizeof text - 1] = '\n';
    for (int i = 0; i < WRITES; i++)
        assert(write(STDOUT_FILENO, text, sizeof text) == sizeof text);
    return NULL;
}

int main(void)
{
    static char names[] = "abcdefgh";
    static char large[10000];
    pthread_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        assert(pthread_create(&writers[i], NULL, print, &names[i]) == 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    memset(large, '.', sizeof large);
    assert(write(STDOUT_FILENO, large, sizeof large) == 4096);
    assert(write(STDOUT_FILENO, (void *)8, 5) == -1);
    /* No newline at the end, and out in one piece before the end all the same. */
    printf("done");
    return 0;
}
