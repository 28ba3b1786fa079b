/*
 * A program that audits everything: each record that others in its job leave, with its step, time and fields, and when it was woken
 * for it; among them a child that faults, one that takes locks and sends messages, and the console driver. And its own calls.
 */
#include <tocsin/records.h>
#include <tocsin/spawn.h>

#include "seen.h"

#define BATCH 32

static int busy(uint32_t rounds, const tocsin_handle *given)
{
    (void)given;
    tocsin_handle allocator = tocsin_startup()->allocator, lock, timer;
    check(tocsin_lock_create(allocator, &lock), "lock_create");
    check(tocsin_timer_create(allocator, &timer), "timer_create");
    for (uint32_t i = 0; i < rounds; i++) {
        check(tocsin_lock_acquire(lock, TOCSIN_FOREVER), "lock_acquire");
        check(tocsin_timer_set(timer, now() + 500, 0), "timer_set");
        tocsin_thread_sleep(now() + 300 + 50 * i);
        check(tocsin_lock_release(lock), "lock_release");
        for (volatile int spin = 0; spin < 200; spin++)
            ;
    }
    return 3;
}

static int faults(uint32_t rounds, const tocsin_handle *given)
{
    (void)given;
    for (volatile uint32_t i = 0; i < rounds * 100; i++)
        ;
    return *(volatile int *)16;
}

static tocsin_handle begin(const char *name, int (*function)(uint32_t, const tocsin_handle *), uint32_t argument)
{
    tocsin_handle process;
    struct tocsin_spawn wanted = {
        .name = name, .function = function, .argument = argument, .allocator = tocsin_startup()->allocator};
    check(tocsin_spawn(&wanted, &process), name);
    return process;
}

int main(void)
{
    static struct tocsin_journal_record records[BATCH];
    struct tocsin_journal_filter filter;
    struct seen read = {0}, woken = {0}, own = {0};
    for (int i = 0; i < 8; i++)
        (&filter.types0)[i] = 0xffffffff;
    filter.deadline = 0;
    tocsin_time next = 0, end;
    uint32_t count, lost = 0;
    uint64_t from = 0;
    check(tocsin_journal_read(tocsin_startup()->job, 0, &filter, records, sizeof records, &next, &count), "journal_read");
    begin("busy", busy, 12);
    begin("faults", faults, 5);
    printf("begun\n");
    end = now() + 400000;
    filter.deadline = (uint64_t)end;
    while (now() < end) {
        tocsin_status status =
            tocsin_journal_read(tocsin_startup()->job, from, &filter, records, sizeof records, &next, &count);
        if (status == TOCSIN_TIMED_OUT)
            break;
        see(&woken, (uint32_t)status);
        see64(&woken, (uint64_t)now());
        from = (uint64_t)next;
        if (status == TOCSIN_OUT_OF_RANGE) {
            lost++;
            continue;
        }
        check(status, "journal_read");
        see_bytes(&read, records, count * sizeof records[0]);
    }
    say("records", &read);
    say("wakings", &woken);
    see64(&woken, from);
    filter.deadline = 0;
    from = 0;
    while (tocsin_journal_read(0, from, &filter, records, sizeof records, &next, &count) == TOCSIN_OUT_OF_RANGE)
        from = (uint64_t)next;
    see64(&own, from);
    see_bytes(&own, records, count * sizeof records[0]);
    say("own calls", &own);
    say("where it ended", &woken);
    printf("lost %u times\n", (unsigned)lost);
    return 0;
}
