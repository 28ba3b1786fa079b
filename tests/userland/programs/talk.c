/* Greets whoever gives a name; counts meanwhile in another thread, if there is an argument. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static volatile unsigned long counted;

static void *count(void *unused)
{
    (void)unused;
    for (;;)
        counted++;
    return NULL;
}

int main(int argc, char **argv)
{
    char name[80];
    pthread_t counter;
    (void)argv;
    if (argc > 1)
        pthread_create(&counter, NULL, count, NULL);
    for (;;) {
        printf("name? ");
        if (fgets(name, sizeof name, stdin) == NULL)
            break;
        name[strcspn(name, "\n")] = '\0';
        printf("hello %s\n", name);
    }
    printf("bye\n");
    return argc > 1 && counted == 0;
}
