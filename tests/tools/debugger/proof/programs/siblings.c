/* Threads that look at each other: state, priority, what each is blocked on; and one that is suspended, with its registers. */
#include <pthread.h>
#include <stdatomic.h>

#include "seen.h"

#define OTHERS 3

static volatile int is_over;
static tocsin_handle handles[OTHERS];
static atomic_uint ready;
static volatile uint32_t worked[OTHERS];
static uint32_t wait_word;

static void worker(uint32_t self)
{
    ready++;
    while (!is_over) {
        for (int i = 0; i < 300; i++)
            ++worked[self];
        if (self == 1)
            tocsin_thread_yield();
        if (self == 2)
            tocsin_futex_wait(&wait_word, 0, 0, now() + 3000, 0);
    }
    tocsin_thread_exit(0);
}

static void start(uint32_t self)
{
    tocsin_handle vmo;
    uintptr_t stack, tp;
    const struct tocsin_startup *own = tocsin_startup();
    check(tocsin_vmo_create(own->allocator, 4 * TOCSIN_PAGE_BYTES, 0, &vmo), "a stack");
    check(tocsin_vmar_map(own->vmar, vmo, 0, 4 * TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0,
                          &stack),
          "a place for it");
    __asm__ volatile("mv %0, tp" : "=r"(tp));
    check(tocsin_thread_create(own->process, 16, "other", 5, &handles[self]), "thread_create");
    check(tocsin_thread_start(handles[self], (uintptr_t)worker, stack + 4 * TOCSIN_PAGE_BYTES, self), "thread_start");
}

int main(void)
{
    struct seen states = {0}, registers = {0}, counters = {0}, errors = {0};
    unsigned blocked = 0, runnable = 0;
    for (uint32_t i = 0; i < OTHERS; i++)
        start(i);
    while (ready < OTHERS)
        tocsin_thread_yield();
    for (uint32_t round = 0; round < 250; round++) {
        for (uint32_t i = 0; i < OTHERS; i++) {
            struct tocsin_info_thread info;
            check(tocsin_object_info(handles[i], TOCSIN_INFO_THREAD, &info, sizeof info, NULL), "INFO_THREAD");
            see_bytes(&states, &info, sizeof info);
            blocked += info.state == TOCSIN_STATE_BLOCKED;
            runnable += info.state == TOCSIN_STATE_RUNNABLE;
            see(&counters, worked[i]);
        }
        tocsin_handle token;
        uint32_t words[32];
        tocsin_handle whom = handles[round % OTHERS];
        see(&errors, (uint32_t)tocsin_thread_read_state(whom, 0, words, sizeof words));
        check(tocsin_task_suspend(whom, &token), "task_suspend");
        check(tocsin_thread_read_state(whom, 0, words, sizeof words), "thread_read_state");
        see_bytes(&registers, words, sizeof words);
        if (round % 5 == 0)
            check(tocsin_thread_write_state(whom, 0, words, sizeof words), "thread_write_state");
        if (round % 7 == 0)
            tocsin_thread_sleep(now() + 2500);
        tocsin_handle_close(token);
        if (round % 3 == 0)
            tocsin_thread_yield();
    }
    is_over = 1;
    printf("%u times blocked, %u times not\n", blocked, runnable);
    say("states", &states);
    say("registers of who was suspended", &registers);
    say("how far they came", &counters);
    say("statuses", &errors);
    return 0;
}
