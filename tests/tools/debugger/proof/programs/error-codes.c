/* What the debug calls, and others, refuse, and in which words: a debugger that is there must not change them. */
#include "seen.h"

extern long __call(long number, long a, long b, long c, long d, long e, long f);

__asm__(".text\n.globl __call\n__call:\n"
        "  mv a7, a0\n  mv a0, a1\n  mv a1, a2\n  mv a2, a3\n  mv a3, a4\n  mv a4, a5\n  mv a5, a6\n  ecall\n  ret\n");

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool, session = 0, child, region, thread;
    uint32_t words[32] = {0}, n = 0;
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 64, 0, &pool), "pool");
    printf("debug_attach to oneself: %d\n", (int)tocsin_debug_attach(own->process, pool, 1, 0, &session));
    printf("debug_attach to a thread: %d\n", (int)tocsin_debug_attach(own->thread, pool, 1, 0, &session));
    printf("debug_attach to one's job: %d\n", (int)tocsin_debug_attach(own->job, pool, 1, 0, &session));
    printf("process_read_memory: %d\n", (int)tocsin_process_read_memory(own->process, 0x10000, words, sizeof words, &n));
    printf("thread_read_state: %d\n", (int)tocsin_thread_read_state(own->thread, 0, words, sizeof words));
    printf("task_open: %d\n", (int)tocsin_task_open(own->job, koid_of(own->process), &child));
    check(tocsin_process_create(own->job, own->allocator, "child", 5, &child, &region), "process_create");
    check(tocsin_thread_create(child, 16, "never", 5, &thread), "thread_create");
    /* As many sessions as there may be, and breakpoints. */
    unsigned sessions = 0, breakpoints = 0;
    tocsin_status status;
    tocsin_handle another;
    while ((status = tocsin_debug_attach(child, pool, sessions, 1 << 8, &another)) == TOCSIN_OK) {
        session = another;
        sessions++;
    }
    printf("%u sessions, then %d\n", sessions, (int)status);
    uint32_t id = 0;
    while (sessions > 0 && (status = tocsin_debug_control(session, 4, 0, 0x10000 + breakpoints * 2, 1, &id)) == TOCSIN_OK)
        breakpoints++;
    printf("%u breakpoints, the last one is %u, then %d\n", breakpoints, (unsigned)id, (int)status);
    struct seen seen = {0};
    for (long number = 0; number < 0xb0; number++) {
        /* These would end it. */
        if (number == TOCSIN_CALL_THREAD_EXIT || number == TOCSIN_CALL_PROCESS_EXIT || number == TOCSIN_CALL_SYSTEM_HALT ||
            number == TOCSIN_CALL_TASK_KILL)
            continue;
        see(&seen, (uint32_t)__call(number, 0x7fff, 0x7ffe, 0x7ffd, 0x7ffc, 0, 0));
        see(&seen, (uint32_t)__call(number, (long)pool, 99, 3, 0, 0, 0));
    }
    say("statuses of nonsense", &seen);
    return 0;
}
