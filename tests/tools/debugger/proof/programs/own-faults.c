/*
 * A program that handles its own faults: one thread touches what is not there, executes what does not exist, reads counters that it
 * may not read and stops at its own ebreaks; another one is told, mends it, and lets it go on.
 */
#include <pthread.h>

#include "seen.h"

#define REGION 0x20000000u
#define PAGES 24

static struct seen faults, read_back;
static volatile int is_over;

static void *handler(void *argument)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool = (tocsin_handle)(uintptr_t)argument, vmo;
    check(tocsin_vmo_create(own->allocator, PAGES * TOCSIN_PAGE_BYTES, 0, &vmo), "memory to mend with");
    for (;;) {
        struct tocsin_packet packet;
        check(tocsin_pool_take(pool, TOCSIN_FOREVER, &packet, NULL, 0, NULL), "pool_take");
        if (packet.type == TOCSIN_EVENT_POSTED)
            return NULL;
        see_bytes(&faults, &packet, sizeof packet);
        if (packet.type == TOCSIN_EVENT_FAULT && packet.data4 >= REGION && packet.data4 < REGION + PAGES * TOCSIN_PAGE_BYTES) {
            uint32_t offset = packet.data4 - REGION & -TOCSIN_PAGE_BYTES;
            uintptr_t address;
            check(tocsin_vmar_map(own->vmar, vmo, offset, TOCSIN_PAGE_BYTES,
                                  TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE | TOCSIN_MAP_FIXED, REGION + offset,
                                  &address),
                  "mending");
        } else {
            /* What it executed was four bytes long. */
            tocsin_handle thread;
            uint32_t words[32];
            check(tocsin_task_open(own->process, packet.data1, &thread), "task_open");
            check(tocsin_thread_read_state(thread, 0, words, sizeof words), "thread_read_state");
            see(&read_back, words[0]);
            see(&read_back, words[10]);
            words[0] += 4;
            words[10] = packet.data2 * 1000;
            check(tocsin_thread_write_state(thread, 0, words, sizeof words), "thread_write_state");
            tocsin_handle_close(thread);
        }
        check(tocsin_event_resolve(own->process, packet.data0, TOCSIN_VERDICT_HANDLED, 0, 0), "event_resolve");
    }
}

#define GIVES(instruction)                                                                                                     \
    ({                                                                                                                         \
        register uint32_t a0 __asm__("a0") = 5;                                                                                \
        __asm__ volatile(".option push\n.option norvc\n" instruction "\n.option pop" : "+r"(a0)::"memory");                    \
        a0;                                                                                                                    \
    })

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool;
    pthread_t thread;
    struct seen results = {0}, times = {0};
    uint32_t registration;
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 8, 0, &pool), "pool");
    uint32_t options = TOCSIN_LISTEN_PERSISTENT | 2 << 8;
    check(tocsin_event_listen(own->process, TOCSIN_SOURCE_FAULT, pool, 1, options, &registration), "FAULT");
    check(tocsin_event_listen(own->process, TOCSIN_SOURCE_BREAK, pool, 2, options, &registration), "BREAK");
    pthread_create(&thread, NULL, handler, (void *)(uintptr_t)pool);
    for (uint32_t i = 0; i < PAGES; i++) {
        tocsin_time before = now();
        volatile uint32_t *word = (volatile uint32_t *)(REGION + i * TOCSIN_PAGE_BYTES + i * 8);
        *word = *word + i;
        see(&results, *word);
        see(&results, GIVES("ebreak"));
        see(&results, GIVES("unimp"));
        see(&results, GIVES("csrr a0, time"));
        see(&results, GIVES("csrr a0, cycle"));
        see(&results, GIVES("csrr a0, instret"));
        see(&results, GIVES("csrr a0, mstatus"));
        see(&results, GIVES("lw a0, 16(zero)"));
        see64(&times, now() - before);
    }
    struct tocsin_packet stop = {.key = 3};
    check(tocsin_pool_post(pool, &stop), "pool_post");
    pthread_join(thread, NULL);
    say("faults", &faults);
    say("registers where it stopped", &read_back);
    say("what came of them", &results);
    say("how long they took", &times);
    return 0;
}
