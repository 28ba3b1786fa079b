/* Fills what can be filled, until the kernel says that it is full, and counts how much that was; then its frames, to the last. */
#include "seen.h"

#define MOST 70000
/* So many of each kind at most. */
#ifndef FILL
#define FILL 70000
#endif

static tocsin_handle made[MOST];

static void empty(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        tocsin_handle_close(made[i]);
}

static uint32_t used(tocsin_handle allocator, struct seen *seen)
{
    struct tocsin_info_allocator info;
    check(tocsin_object_info(allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL), "INFO_ALLOCATOR");
    see_bytes(seen, &info, sizeof info);
    return info.used;
}

enum kind { TIMERS, POOLS, TOPICS, LOCKS, VMOS, CHANNELS, THREADS, ALLOCATORS, PROCESSES, JOBS, COPIES, KINDS };
static const char *const names[KINDS] = {"timers", "pools", "topics", "locks", "memory objects", "channels",
                                         "threads", "allocators", "processes", "jobs", "handles"};

static const struct tocsin_job_policy no_limits = {~0u, ~0u, 32, 0};

static tocsin_status make(enum kind kind, tocsin_handle *handle)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle other = 0;
    tocsin_status status = TOCSIN_OK;
    switch (kind) {
    case TIMERS:
        return tocsin_timer_create(own->allocator, handle);
    case POOLS:
        return tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 2, 0, handle);
    case TOPICS:
        return tocsin_topic_create(own->allocator, 1, 4, handle);
    case LOCKS:
        return tocsin_lock_create(own->allocator, handle);
    case VMOS:
        return tocsin_vmo_create(own->allocator, 4096, 0, handle);
    case CHANNELS:
        status = tocsin_channel_create(own->allocator, 64, 0, handle, &other);
        if (status == TOCSIN_OK)
            tocsin_handle_close(other);
        return status;
    case THREADS:
        return tocsin_thread_create(own->process, 16, "t", 1, handle);
    case ALLOCATORS:
        return tocsin_allocator_create(own->allocator, 4096, 0, 0, handle);
    case PROCESSES:
        status = tocsin_process_create(own->job, own->allocator, "p", 1, handle, &other);
        if (status == TOCSIN_OK)
            tocsin_handle_close(other);
        return status;
    case JOBS:
        return tocsin_job_create(own->job, own->allocator, &no_limits, handle);
    default:
        return tocsin_handle_duplicate(own->allocator, TOCSIN_SAME_RIGHTS, handle);
    }
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    struct seen seen = {0};
    for (enum kind kind = 0; kind < KINDS; kind++) {
        uint32_t count = 0;
        tocsin_status status = TOCSIN_OK;
        while (count < FILL && (status = make(kind, &made[count])) == TOCSIN_OK)
            count++;
        printf("%u %s, then %d\n", (unsigned)count, names[kind], (int)status);
        used(own->allocator, &seen);
        empty(count);
    }
    say("how the allocator was", &seen);

    /* All frames that there are. */
    tocsin_handle vmo;
    check(tocsin_vmo_create(own->allocator, 256u << 20, 0, &vmo), "a large memory object");
    uint32_t page = 0, word = 1;
    tocsin_status status;
    while ((status = tocsin_vmo_write(vmo, page * TOCSIN_PAGE_BYTES, &word, sizeof word)) == TOCSIN_OK)
        page++;
    printf("%u pages, then %d\n", (unsigned)page, (int)status);
    printf("%u bytes are used\n", (unsigned)used(own->allocator, &seen));
    return 0;
}
