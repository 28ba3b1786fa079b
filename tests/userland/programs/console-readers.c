/* Several readers at once, of whom one dies; and a writer beside them. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/console.h>
#include <tocsin/startup.h>
#include <unistd.h>

#define READERS 4

static char lines[READERS][32];

static void *read_line(void *line)
{
    /* Not through stdin, which lets one in at a time. */
    ssize_t length = read(STDIN_FILENO, line, 31);
    assert(length >= 0);
    ((char *)line)[length] = '\0';
    return NULL;
}

/* A thread without a library, apart from gp: it asks for input, and is killed while it waits. */
void doomed_start(void);
__asm__(
    ".globl doomed_start\n"
    "doomed_start:\n"
    ".option push\n"
    ".option norelax\n"
    "    la gp, __global_pointer$\n"
    ".option pop\n"
    "    j doomed\n");

static char doomed_stack[1024] __attribute__((aligned(16)));
static char taken[32];

void doomed(void);

__attribute__((noreturn)) void doomed(void)
{
    struct tocsin_console_read wanted = {sizeof taken};
    struct tocsin_message message = {(uint32_t)(uintptr_t)&wanted, sizeof wanted, 0, 0};
    struct tocsin_message buffer = {(uint32_t)(uintptr_t)taken, sizeof taken, 0, 0};
    tocsin_channel_call(tocsin_startup()->console_input, &message, &buffer, TOCSIN_FOREVER, NULL, NULL);
    tocsin_process_exit(99);
    __builtin_unreachable();
}

int main(void)
{
    pthread_t readers[READERS];
    tocsin_handle thread;
    assert(tocsin_thread_create(tocsin_startup()->process, 20, "doomed", 6, &thread) == TOCSIN_OK);
    uint32_t top = (uint32_t)(uintptr_t)(doomed_stack + sizeof doomed_stack);
    assert(tocsin_thread_start(thread, (uint32_t)(uintptr_t)doomed_start, top, 0) == TOCSIN_OK);
    for (int i = 0; i < READERS; i++) {
        assert(pthread_create(&readers[i], NULL, read_line, lines[i]) == 0);
        usleep(10);
    }
    printf("all of them wait\n");
    assert(tocsin_task_kill(thread) == TOCSIN_OK);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    for (int i = 0; i < READERS; i++)
        printf("%d: %s\n", i, lines[i][0] == '\0' ? "the end" : strtok(lines[i], "\n"));
    return taken[0] != '\0';
}
