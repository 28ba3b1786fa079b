/* From the kernel's first instruction in a program to main and exit. */
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/startup.h>

#include "program.h"
#include "thread.h"

extern int main(int argc, char **argv, char **envp);

/* From crt/link.ld: constructors of the program. */
extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

struct program __tocsin_program;

const struct tocsin_startup *tocsin_startup(void)
{
    return __tocsin_program.startup;
}

/*
 * Apart from __tocsin_begin_with and never inlined into it: thread_current() may be used from here on, and must not be moved to
 * where tp was not set yet.
 */
static __attribute__((noinline, noreturn)) void run(const struct tocsin_startup *startup, program_body *body)
{
    struct thread *self = thread_current();
    self->running = 1;
    self->handle = startup->thread;
    self->priority = TOCSIN_DEFAULT_PRIORITY;

    for (void (*const *constructor)(void) = __init_array_start; constructor != __init_array_end; constructor++)
        (*constructor)();
    exit(body(startup));
}

void __tocsin_begin_with(const struct tocsin_startup *startup, program_body *body)
{
    __tocsin_program.process = startup->process;
    __tocsin_program.vmar = startup->vmar;
    __tocsin_program.allocator = startup->allocator;
    __tocsin_program.console_output = startup->console_output;
    __tocsin_program.console_input = startup->console_input;
    __tocsin_program.startup = startup;

    /* This frame is never left, so the first thread's area can live in it. */
    void *area = __builtin_alloca(__tocsin_thread_area_bytes());
    uintptr_t thread_pointer = __tocsin_thread_area_begin(area);
    __asm__ volatile("mv tp, %0" : : "r"(thread_pointer) : "memory");
    run(startup, body);
}

static int call_main(const struct tocsin_startup *startup)
{
    return main(startup->argc, (char **)(uintptr_t)startup->argv, (char **)(uintptr_t)startup->envp);
}

/* Called by crt/start.S, on the first thread's stack. */
__attribute__((noreturn)) void __tocsin_begin(const struct tocsin_startup *startup);

void __tocsin_begin(const struct tocsin_startup *startup)
{
    if (startup->magic != TOCSIN_STARTUP_MAGIC)
        tocsin_process_exit(127); /* a kernel that this program was not built for */
    __tocsin_begin_with(startup, call_main);
}
