/*
 * An auditor: a program that watches what another one does, without its help and without stopping it.
 *
 * The child opens a channel, makes a lock and takes it, closes a handle that it does not have, and ends. The auditor holds a handle
 * to it with the right AUDIT, and waits for records of the journal: calls, and the end of the process. It prints each call with
 * its status as it happens, and at the end how many there were and which of them failed. The same for its own calls, for which
 * it needs no handle, shows them renumbered from 0. You should see the child's calls in order, `failed: 1`, and the status is 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <tocsin/records.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

static void check(tocsin_status status, const char *what)
{
    if (status == TOCSIN_OK)
        return;
    printf("%s: status %d\n", what, (int)status);
    exit(1);
}

static int child_main(uint32_t unused, const tocsin_handle *given)
{
    (void)unused;
    (void)given;
    tocsin_handle allocator = tocsin_startup()->allocator, lock, first, second;
    /* So that the auditor waits, and is woken. */
    tocsin_time now;
    tocsin_clock_get(TOCSIN_CLOCK_MONOTONIC, &now);
    tocsin_thread_sleep(now + 100000);
    tocsin_channel_create(allocator, 64, 0, &first, &second);
    tocsin_lock_create(allocator, &lock);
    tocsin_lock_acquire(lock, TOCSIN_FOREVER);
    tocsin_handle_close(0x7777);
    return 5;
}

static const char *name_of(uint32_t call)
{
    switch (call) {
    case TOCSIN_CALL_CHANNEL_CREATE: return "channel_create";
    case TOCSIN_CALL_LOCK_CREATE: return "lock_create";
    case TOCSIN_CALL_LOCK_ACQUIRE: return "lock_acquire";
    case TOCSIN_CALL_HANDLE_CLOSE: return "handle_close";
    case TOCSIN_CALL_PROCESS_EXIT: return "process_exit";
    default: return NULL;
    }
}

int main(void)
{
    struct tocsin_journal_filter filter = TOCSIN_JOURNAL_FILTER;
    struct tocsin_journal_record records[16];
    tocsin_time next = 0;
    uint32_t count;
    tocsin_journal_look_for(&filter, TOCSIN_RECORD_CALL);
    tocsin_journal_look_for(&filter, TOCSIN_RECORD_PROCESS_ENDED);
    /* From here on records are kept. */
    check(tocsin_journal_read(0, 0, &filter, records, sizeof records, &next, &count), "journal_read");

    tocsin_handle child;
    struct tocsin_spawn spawn = {.name = "child", .function = child_main, .allocator = tocsin_startup()->allocator};
    check(tocsin_spawn(&spawn, &child), "spawn");

    filter.deadline = INT64_MAX;
    unsigned calls = 0, failed = 0;
    uint64_t from = 0;
    for (;;) {
        tocsin_status status = tocsin_journal_read(child, from, &filter, records, sizeof records, &next, &count);
        if (status == TOCSIN_BAD_STATE)
            break; /* It has ended, and all is read. */
        if (status == TOCSIN_OUT_OF_RANGE) {
            printf("records %llu to %llu are lost\n", (unsigned long long)from, (unsigned long long)next - 1);
            from = (uint64_t)next;
            continue;
        }
        check(status, "journal_read");
        from = (uint64_t)next;
        for (uint32_t i = 0; i < count; i++) {
            if (records[i].type == TOCSIN_RECORD_PROCESS_ENDED) {
                printf("the child ended with %d\n", (int)records[i].field2);
                continue;
            }
            tocsin_status result = tocsin_journal_status(&records[i]);
            const char *name = name_of(tocsin_journal_call(&records[i]));
            calls++;
            failed += result < 0;
            if (name != NULL && result < 0)
                printf("child: %s failed with %d\n", name, (int)result);
            else if (name != NULL)
                printf("child: %s\n", name);
        }
    }
    printf("failed: %u, of more than 4 calls: %s\n", failed, calls > 4 ? "yes" : "no");

    /* What it did itself, from its first call that was kept. */
    filter.deadline = 0;
    check(tocsin_journal_read(0, 0, &filter, records, sizeof records, &next, &count), "journal_read");
    printf("own: %u calls from number %u on, the first at step %u\n", (unsigned)count, (unsigned)records[0].number,
           (unsigned)records[0].seq);
    return 0;
}
