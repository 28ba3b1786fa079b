/* Another process is a clock, too: it counts in memory that both see, and answers questions about the time. */
#include <tocsin/spawn.h>

#include "seen.h"

static volatile uint32_t *shared(tocsin_handle vmo)
{
    uintptr_t address;
    check(tocsin_vmar_map(tocsin_startup()->vmar, vmo, 0, TOCSIN_PAGE_BYTES,
                          TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0, &address),
          "what both see");
    return (volatile uint32_t *)address;
}

static int counts(uint32_t argument, const tocsin_handle *handles)
{
    volatile uint32_t *words = shared(handles[0]);
    (void)argument;
    while (words[1] == 0)
        words[0]++;
    return 0;
}

static int answers(uint32_t argument, const tocsin_handle *handles)
{
    (void)argument;
    for (;;) {
        tocsin_handle reply = 0;
        struct tocsin_message nothing = {0};
        if (tocsin_channel_receive(handles[0], &nothing, 0, TOCSIN_FOREVER, NULL, NULL, &reply, NULL) != TOCSIN_OK)
            return 0;
        tocsin_time times[2] = {now(), own_time()};
        struct tocsin_message message = {.data = (uint32_t)(uintptr_t)times, .data_len = sizeof times};
        tocsin_channel_reply(reply, &message);
    }
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle vmo, first, second, counting, answering;
    struct seen counters = {0}, times = {0}, trips = {0};
    check(tocsin_vmo_create(own->allocator, TOCSIN_PAGE_BYTES, 0, &vmo), "vmo");
    check(tocsin_channel_create(own->allocator, 64, 0, &first, &second), "channel");
    struct tocsin_spawn counter = {"counts", counts, 0, own->allocator, &vmo, 1};
    struct tocsin_spawn answerer = {"answers", answers, 0, own->allocator, &second, 1};
    check(tocsin_spawn(&counter, &counting), "spawn");
    check(tocsin_spawn(&answerer, &answering), "spawn");
    tocsin_handle_close(second);
    volatile uint32_t *words = shared(vmo);
    for (int i = 0; i < 120; i++) {
        tocsin_time answer[2] = {0}, before = now();
        struct tocsin_message question = {0};
        struct tocsin_message reply = {.data = (uint32_t)(uintptr_t)answer, .data_len = sizeof answer};
        check(tocsin_channel_call(first, &question, &reply, TOCSIN_FOREVER, NULL, NULL), "channel_call");
        see64(&times, answer[0] - before);
        see64(&times, answer[1]);
        see64(&trips, now() - before);
        see(&counters, words[0]);
        if (i % 10 == 0)
            tocsin_thread_sleep(now() + 4000);
    }
    words[1] = 1;
    printf("the other process counted to %u\n", (unsigned)words[0]);
    say("counters", &counters);
    say("its times", &times);
    say("round trips", &trips);
    return 0;
}
