/*
 * A monitor: it is asked when the machine has no frame left, and chooses whom to kill: the process that holds most, but
 * never the first one. Run it beside a program that eats too much:
 *
 *     tocsin run --memory 2M --overcommit 16M --monitor choose.c greedy.c
 *
 * You should see that it kills the child of greedy.c, and that greedy.c goes on and reads the child's exit record. Run by
 * itself it is nobody's monitor, says so, and ends with 1.
 */
#include <tocsin.h>

static struct tocsin_oom_task tasks[16];

static void say(const char *text) {
    uint32_t length = 0;
    while (text[length] != 0) length++;
    tocsin_debug_write(text, length);
}

int main(void) {
    uint32_t answer = TOCSIN_ROOT_OOM_NONE; /* nothing was asked yet */
    uint32_t victim = 0;
    for (;;) {
        uint32_t wanted, free, count;
        tocsin_status status = tocsin_root_oom_wait(answer, victim, tasks, sizeof tasks, &wanted, &free, &count);
        answer = TOCSIN_ROOT_OOM_NONE;
        if (status == TOCSIN_ACCESS_DENIED) {
            say("I am not the monitor: run me with --monitor choose.c, beside greedy.c\n");
            return 1;
        }
        if (status != TOCSIN_OK) continue; /* too late: the machine has helped itself */
        uint32_t most = 0;
        victim = 0;
        for (uint32_t i = 1; i < count && i < 16; i++) { /* the first process comes first */
            if (tasks[i].frames <= most) continue;
            most = tasks[i].frames;
            victim = tasks[i].process;
        }
        if (victim == 0) {
            say("monitor: nobody but the first process is there, so the machine stops\n");
            answer = TOCSIN_ROOT_OOM_HALT;
            continue;
        }
        say("monitor: kills the process that holds most\n");
        answer = TOCSIN_ROOT_OOM_KILL;
    }
}
