/* Processes and threads that begin and end: in which order others hear of it, with which records, when and with which numbers. */
#include <pthread.h>
#include <tocsin/spawn.h>

#include "seen.h"

#define CHILDREN 6

static int child(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    for (volatile uint32_t i = 0; i < 400 * (argument % 3); i++)
        ;
    if (argument == 4)
        return *(volatile int *)16;
    if (argument == 5)
        __asm__ volatile("ebreak");
    if (argument == 3)
        tocsin_thread_sleep(now() + 100000);
    return (int)argument * 3;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle pool, processes[CHILDREN];
    struct seen packets = {0}, records = {0}, numbers = {0};
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, CHILDREN * 2, 0, &pool), "pool");
    for (uint32_t i = 0; i < CHILDREN; i++) {
        struct tocsin_spawn wanted = {.name = "child", .function = child, .argument = i, .allocator = own->allocator};
        check(tocsin_spawn(&wanted, &processes[i]), "spawn");
        check(tocsin_event_listen(processes[i], TOCSIN_SOURCE_LIFECYCLE, pool, i, 0, NULL), "LIFECYCLE");
        see(&numbers, processes[i]);
        see(&numbers, koid_of(processes[i]));
    }
    for (uint32_t i = 0; i < CHILDREN; i++) {
        struct tocsin_packet packet;
        check(tocsin_pool_take(pool, TOCSIN_FOREVER, &packet, NULL, 0, NULL), "pool_take");
        see_bytes(&packets, &packet, sizeof packet);
        struct tocsin_info_process record;
        check(tocsin_object_info(processes[packet.key], TOCSIN_INFO_PROCESS, &record, sizeof record, NULL), "INFO_PROCESS");
        see_bytes(&records, &record, sizeof record);
        printf("child %u has ended: reason %u, code %d, at %u ns\n", (unsigned)packet.key, (unsigned)record.exit_reason,
               (int)record.exit_code, (unsigned)now());
    }
    say("packets", &packets);
    say("exit records", &records);
    say("numbers", &numbers);
    return 0;
}
