/* A thread's first instruction, and its last: what others see of one that has been started and has executed nothing yet. */
#include <pthread.h>

#include "seen.h"

static volatile uint32_t began;

static void body(uint32_t argument)
{
    began = argument + 1;
    tocsin_thread_exit(0);
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle vmo;
    uintptr_t stack;
    struct seen states = {0}, registers = {0}, times = {0};
    check(tocsin_vmo_create(own->allocator, TOCSIN_PAGE_BYTES, 0, &vmo), "a stack");
    check(tocsin_vmar_map(own->vmar, vmo, 0, TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0, &stack),
          "a place for it");
    for (uint32_t i = 0; i < 120; i++) {
        tocsin_handle thread, token;
        struct tocsin_info_thread info;
        uint32_t words[32] = {0};
        uint32_t priority = 14 + i % 5;
        check(tocsin_thread_create(own->process, priority, "short", 5, &thread), "thread_create");
        see(&states, (uint32_t)tocsin_thread_read_state(thread, 0, words, sizeof words));
        check(tocsin_thread_start(thread, (uintptr_t)body, stack + TOCSIN_PAGE_BYTES, i), "thread_start");
        check(tocsin_object_info(thread, TOCSIN_INFO_THREAD, &info, sizeof info, NULL), "INFO_THREAD");
        see_bytes(&states, &info, sizeof info);
        if (info.state != TOCSIN_STATE_ENDED && tocsin_task_suspend(thread, &token) == TOCSIN_OK) {
            see(&registers, (uint32_t)tocsin_thread_read_state(thread, 0, words, sizeof words));
            see_bytes(&registers, words, sizeof words);
            tocsin_handle_close(token);
        }
        tocsin_time before = now();
        struct tocsin_packet packet = {0};
        see(&states, (uint32_t)tocsin_event_wait(thread, TOCSIN_SOURCE_LIFECYCLE, 0, TOCSIN_FOREVER, &packet, NULL));
        see_bytes(&states, &packet, sizeof packet);
        see64(&times, now() - before);
        see(&states, began);
        tocsin_handle_close(thread);
    }
    say("states", &states);
    say("registers of who has not begun", &registers);
    say("how long they lived", &times);
    return 0;
}
