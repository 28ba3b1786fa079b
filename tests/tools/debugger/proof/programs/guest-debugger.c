/*
 * A program that debugs another one, with sessions of its own: its breakpoints, steps and stops are its own, whoever else debugs
 * both. What stops the world for it would show a stop that it has not asked for.
 */
#include <tocsin/spawn.h>

#include "seen.h"

/* 0: the world stops; 1: the process alone. */
#ifndef OPTIONS
#define OPTIONS 0
#endif

enum { RESUME = 1, STEP = 2, BREAK = 4, WATCH_STORES = 6, CATCH_CALL = 8 };

static volatile uint32_t watched;

static __attribute__((noinline)) uint32_t work(uint32_t i)
{
    watched = i;
    return i * 3;
}

static int child(uint32_t rounds, const tocsin_handle *handles)
{
    uint32_t sum = 0;
    struct tocsin_packet go;
    tocsin_pool_take(handles[0], TOCSIN_FOREVER, &go, NULL, 0, NULL);
    for (uint32_t i = 0; i < rounds; i++)
        sum += work(i);
    tocsin_thread_sleep(now() + 500);
    return (int)sum;
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle events, gate, process, session;
    struct seen packets = {0}, times = {0};
    struct tocsin_packet packet = {0};
    uint32_t id;
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 16, 0, &events), "pool");
    check(tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 2, 0, &gate), "pool");
    struct tocsin_spawn wanted = {"child", child, 30, own->allocator, &gate, 1};
    check(tocsin_spawn(&wanted, &process), "spawn");
    tocsin_status status = tocsin_debug_attach(process, events, 1, OPTIONS | 4 << 8 | 32, &session);
    printf("debug_attach: %d\n", (int)status);
    if (status != TOCSIN_OK)
        return 1;
    check(tocsin_debug_control(session, BREAK, 0, (uint32_t)(uintptr_t)work, 1, &id), "BREAK");
    check(tocsin_debug_control(session, WATCH_STORES, 0, (uint32_t)(uintptr_t)&watched, 4, &id), "WATCH_STORES");
    check(tocsin_debug_control(session, CATCH_CALL, 0, TOCSIN_CALL_THREAD_SLEEP, 0, &id), "CATCH_CALL");
    check(tocsin_pool_post(gate, &packet), "the child goes on");
    for (unsigned told = 0;; told++) {
        check(tocsin_pool_take(events, TOCSIN_FOREVER, &packet, NULL, 0, NULL), "pool_take");
        see_bytes(&packets, &packet, sizeof packet);
        see64(&times, now());
        struct tocsin_info_process info;
        check(tocsin_object_info(process, TOCSIN_INFO_PROCESS, &info, sizeof info, NULL), "INFO_PROCESS");
        uint32_t word = 0, n = 0;
        see(&packets, (uint32_t)tocsin_process_read_memory(process, (uintptr_t)&watched, &word, sizeof word, &n));
        see(&packets, word);
        if (info.state == TOCSIN_STATE_ENDED) {
            /* The console driver is stopped with the world. */
            tocsin_debug_control(session, RESUME, 0, TOCSIN_VERDICT_PASS, 0, &id);
            printf("told %u times; the child ended with %d\n", told, (int)info.exit_code);
            break;
        }
        uint32_t op = told % 3 == 0 ? STEP : RESUME;
        see(&packets, (uint32_t)tocsin_debug_control(session, op, op == STEP ? packet.data1 : 0, TOCSIN_VERDICT_PASS, 0, &id));
    }
    say("what it was told", &packets);
    say("when", &times);
    return 0;
}
