/* Whatever is short when a process is spawned, the answer is a status, and nothing is left behind. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

static uint32_t used(tocsin_handle allocator)
{
    struct tocsin_info_allocator info;
    assert(tocsin_object_info(allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL) == TOCSIN_OK);
    return info.used + info.children;
}

static tocsin_handle new_allocator(uint32_t quota)
{
    tocsin_handle allocator;
    assert(tocsin_allocator_create(tocsin_startup()->allocator, quota, 0, 0, &allocator) == TOCSIN_OK);
    return allocator;
}

static int nothing(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    return (int)argument;
}

/* Spawns under an allocator, and waits for the end. */
static tocsin_status try_once(tocsin_handle allocator, struct tocsin_info_process *record)
{
    struct tocsin_spawn wanted = {"tried", nothing, 7, allocator, NULL, 0};
    tocsin_handle process;
    tocsin_status status = tocsin_spawn(&wanted, &process);
    if (status == TOCSIN_OK) {
        assert(tocsin_spawn_wait(process, TOCSIN_FOREVER, record) == TOCSIN_OK);
        tocsin_handle_close(process);
    }
    return status;
}

/* Quotas from one page on, each with a few bytes less, too. */
static void too_small_a_quota(void)
{
    unsigned refused = 0, late = 0;
    struct tocsin_info_process record;
    memset(&record, 0, sizeof record);
    for (uint32_t pages = 1; record.exit_reason != TOCSIN_EXIT_REASON_EXITED; pages++) {
        tocsin_handle allocator = new_allocator(pages * TOCSIN_PAGE_BYTES), fillers[32];
        uint32_t before = used(tocsin_startup()->allocator);
        for (unsigned count = 0; count < 32; count += 3) {
            for (unsigned i = 0; i < count; i++)
                assert(tocsin_vmo_create(allocator, 1, 0, &fillers[i]) == TOCSIN_OK);
            uint32_t filled = used(allocator);
            tocsin_status status = try_once(allocator, &record);
            assert(used(allocator) == filled);
            if (status != TOCSIN_OK) {
                assert(status == TOCSIN_NO_MEMORY);
                refused++;
            } else if (record.exit_reason == TOCSIN_EXIT_REASON_FAULT) {
                /* It began, and its stack or its variables did not fit. */
                assert(record.exit_code == TOCSIN_FAULT_DETAIL_NO_MEMORY);
                late++;
            } else {
                assert(record.exit_reason == TOCSIN_EXIT_REASON_EXITED && record.exit_code == 7);
            }
            for (unsigned i = 0; i < count; i++)
                tocsin_handle_close(fillers[i]);
        }
        assert(used(allocator) == 0 && used(tocsin_startup()->allocator) == before);
        tocsin_handle_close(allocator);
    }
    assert(refused > 100 && late > 0);
    printf("small quotas: refused, or ended for want of memory, and nothing is left\n");
}

/* In a process of its own, whose allocator is full: spawns under another, with less and less missing. */
static int spawn_with_little(uint32_t argument, const tocsin_handle *handles)
{
    (void)argument;
    static tocsin_handle fillers[4096];
    tocsin_handle own = tocsin_startup()->allocator;
    struct tocsin_info_process record;
    int refused = 0;
    unsigned count = 0;
    /* Once, so that the pages of the stack are there. */
    assert(try_once(handles[0], &record) == TOCSIN_OK);
    while (tocsin_vmo_create(own, 1, 0, &fillers[count]) == TOCSIN_OK)
        count++;
    for (;;) {
        uint32_t before = used(own), other = used(handles[0]);
        tocsin_status status = try_once(handles[0], &record);
        assert(used(own) == before && used(handles[0]) == other);
        if (status == TOCSIN_OK)
            return record.exit_reason == TOCSIN_EXIT_REASON_EXITED && record.exit_code == 7 ? refused : -1;
        assert(status == TOCSIN_NO_MEMORY);
        refused++;
        assert(count > 0 && tocsin_handle_close(fillers[--count]) == TOCSIN_OK);
    }
}

static void too_little_of_the_callers(void)
{
    tocsin_handle own = new_allocator(256 << 10), other = new_allocator(1 << 20), process;
    struct tocsin_spawn wanted = {"has little", spawn_with_little, 0, own, &other, 1};
    struct tocsin_info_process record;
    assert(tocsin_spawn(&wanted, &process) == TOCSIN_OK);
    assert(tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) == TOCSIN_OK);
    assert(record.exit_reason == TOCSIN_EXIT_REASON_EXITED && record.exit_code > 2);
    tocsin_handle_close(process);
    assert(used(own) == 0 && used(other) == 0);
    tocsin_handle_close(own);
    tocsin_handle_close(other);
    printf("a caller with little memory: refused until it had enough\n");
}

static void nonsense(void)
{
    tocsin_handle allocator = new_allocator(1 << 20), process = 0, others[TOCSIN_SPAWN_HANDLES + 1];
    for (unsigned i = 0; i <= TOCSIN_SPAWN_HANDLES; i++)
        others[i] = allocator;
    tocsin_handle no_alloc, no_copies, lent, closed;
    uint32_t all = TOCSIN_ALL_RIGHTS;
    assert(tocsin_handle_duplicate(allocator, all & ~(uint32_t)TOCSIN_RIGHT_ALLOC, &no_alloc) == TOCSIN_OK);
    assert(tocsin_handle_duplicate(allocator, all & ~(uint32_t)TOCSIN_RIGHT_DUPLICATE, &no_copies) == TOCSIN_OK);
    assert(tocsin_handle_duplicate(allocator, all & ~(uint32_t)TOCSIN_RIGHT_TRANSFER, &lent) == TOCSIN_OK);
    assert(tocsin_handle_duplicate(allocator, all, &closed) == TOCSIN_OK);
    tocsin_handle_close(closed);
    tocsin_handle wrong = tocsin_startup()->process;
    const struct {
        tocsin_status status;
        struct tocsin_spawn wanted;
    } cases[] = {
        {TOCSIN_INVALID_ARGS, {"no function", NULL, 0, allocator, NULL, 0}},
        {TOCSIN_INVALID_ARGS, {NULL, nothing, 0, allocator, NULL, 0}},
        {TOCSIN_INVALID_ARGS, {"", nothing, 0, allocator, NULL, 0}},
        {TOCSIN_OUT_OF_RANGE, {"a name of 25 characters..", nothing, 0, allocator, NULL, 0}},
        {TOCSIN_OUT_OF_RANGE, {"too many", nothing, 0, allocator, others, TOCSIN_SPAWN_HANDLES + 1}},
        {TOCSIN_OUT_OF_RANGE, {"too many", nothing, 0, allocator, others, 0xffffffff}},
        {TOCSIN_BAD_HANDLE, {"no allocator", nothing, 0, 0, NULL, 0}},
        {TOCSIN_BAD_HANDLE, {"closed", nothing, 0, closed, NULL, 0}},
        {TOCSIN_WRONG_TYPE, {"no allocator", nothing, 0, wrong, NULL, 0}},
        {TOCSIN_ACCESS_DENIED, {"may not charge", nothing, 0, no_alloc, NULL, 0}},
        {TOCSIN_ACCESS_DENIED, {"may not copy", nothing, 0, no_copies, NULL, 0}},
        {TOCSIN_ACCESS_DENIED, {"may not give", nothing, 0, lent, NULL, 0}},
        {TOCSIN_ACCESS_DENIED, {"given: may not copy", nothing, 0, allocator, &no_copies, 1}},
        {TOCSIN_ACCESS_DENIED, {"given: may not give", nothing, 0, allocator, &lent, 1}},
        {TOCSIN_BAD_HANDLE, {"given: closed", nothing, 0, allocator, &closed, 1}},
    };
    uint32_t before = used(tocsin_startup()->allocator);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        tocsin_status status = tocsin_spawn(&cases[i].wanted, &process);
        if (status != cases[i].status)
            printf("case %u: %d instead of %d\n", i, status, cases[i].status);
        assert(process == 0 && used(allocator) == 0 && used(tocsin_startup()->allocator) == before);
    }
    for (unsigned count = 0; count <= TOCSIN_SPAWN_HANDLES; count++) {
        struct tocsin_spawn wanted = {"can be", nothing, 0, allocator, others, count};
        assert(tocsin_spawn(&wanted, &process) == TOCSIN_OK);
        struct tocsin_info_process record;
        assert(tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) == TOCSIN_OK && record.exit_code == 0);
        tocsin_handle_close(process);
        assert(used(allocator) == 0 && used(tocsin_startup()->allocator) == before);
    }
    printf("nonsense: refused\n");
}

int main(void)
{
    nonsense();
    too_small_a_quota();
    too_little_of_the_callers();
    return 0;
}
