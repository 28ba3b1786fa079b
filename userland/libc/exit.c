/* C11 7.22.4: how a process ends, and what it does before. */
#include <pthread.h>
#include <stdlib.h>
#include <tocsin.h>
#include <unistd.h>

#include "exit.h"
#include "stream.h"

#define EXIT_FUNCTIONS_MAX 64

/* From crt/link.ld: destructors of the program. */
extern void (*const __fini_array_start[])(void);
extern void (*const __fini_array_end[])(void);

struct exit_function {
    void (*function)(void *);
    void *argument;
};

static struct exit_function at_exit[EXIT_FUNCTIONS_MAX];
static unsigned at_exit_count;
static void (*at_quick_exit_functions[EXIT_FUNCTIONS_MAX])(void);
static unsigned at_quick_exit_count;
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
/* Held from the first exit on: a second thread that calls exit waits for the end; a function that calls it goes on. */
static pthread_mutex_t exit_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

int __tocsin_at_exit(void (*function)(void *), void *argument)
{
    int status = -1;
    pthread_mutex_lock(&table_lock);
    if (at_exit_count < EXIT_FUNCTIONS_MAX) {
        at_exit[at_exit_count].function = function;
        at_exit[at_exit_count].argument = argument;
        at_exit_count++;
        status = 0;
    }
    pthread_mutex_unlock(&table_lock);
    return status;
}

static void call_without_argument(void *function)
{
    ((void (*)(void))function)();
}

int atexit(void (*function)(void))
{
    return __tocsin_at_exit(call_without_argument, (void *)function);
}

int at_quick_exit(void (*function)(void))
{
    int status = -1;
    pthread_mutex_lock(&table_lock);
    if (at_quick_exit_count < EXIT_FUNCTIONS_MAX) {
        at_quick_exit_functions[at_quick_exit_count++] = function;
        status = 0;
    }
    pthread_mutex_unlock(&table_lock);
    return status;
}

/* The newest function of the table, which may grow while its functions run. */
static int take_exit_function(struct exit_function *taken)
{
    pthread_mutex_lock(&table_lock);
    int found = at_exit_count > 0;
    if (found)
        *taken = at_exit[--at_exit_count];
    pthread_mutex_unlock(&table_lock);
    return found;
}

void exit(int code)
{
    struct exit_function taken;
    pthread_mutex_lock(&exit_lock);
    while (take_exit_function(&taken))
        taken.function(taken.argument);
    for (void (*const *destructor)(void) = __fini_array_end; destructor != __fini_array_start;)
        (*--destructor)();
    __tocsin_streams_flush(TOCSIN_FOREVER);
    _Exit(code);
}

void quick_exit(int code)
{
    pthread_mutex_lock(&exit_lock);
    while (at_quick_exit_count > 0)
        at_quick_exit_functions[--at_quick_exit_count]();
    _Exit(code);
}

void _Exit(int code)
{
    tocsin_process_exit(code);
    __builtin_trap(); /* the kernel does not come back from that */
}

void _exit(int code)
{
    _Exit(code);
}
