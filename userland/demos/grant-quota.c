/*
 * A parent that grants quota: its child works with more memory than it was given, and is helped as long as the purse holds it.
 *
 * The purse is an allocator with 1,536 KiB. The child, a process of its own, gets 256 KiB of it, and lets malloc wait for memory
 * that is not there. Whenever it runs out, the parent hears of it and grants another 256 KiB; the child knows nothing of that, its
 * malloc only takes a little longer. You should see four grants, then the answer CANNOT (a few bytes of the purse are in use for the
 * child's allocator), upon which malloc says NULL. The child goes home with what it has; the parent prints its exit record, and has
 * everything back. The status is 0.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

#define KIB 1024u
#define PURSE_BYTES (1536 * KIB)
#define SHARE_BYTES (256 * KIB)
#define WAIT_NS 1000000000

/* What the parent listens to, by key. */
enum { CHILD_IS_SHORT, CHILD_HAS_ENDED };

static void check(tocsin_status status, const char *what)
{
    if (status == TOCSIN_OK)
        return;
    printf("%s: status %d\n", what, (int)status);
    exit(1);
}

/* The child's work. Blocks form a list through their own first bytes. */
struct block {
    struct block *next;
    char bytes[SHARE_BYTES - sizeof(struct block *)];
};

/* The child: blocks of 256 KiB, written to from end to end, as many as there are. */
static int work(uint32_t unused, const tocsin_handle *given)
{
    (void)unused, (void)given;
    tocsin_malloc_wait(WAIT_NS);
    int blocks = 0, sound = 0;
    struct block *list = NULL, *block;
    while ((block = malloc(sizeof *block)) != NULL) {
        memset(block->bytes, ++blocks, sizeof block->bytes);
        block->next = list;
        list = block;
        printf("child:  block %d of 256 KiB is full of work\n", blocks);
    }
    printf("child:  block %d: %s\n", blocks + 1, strerror(errno));
    for (int number = blocks; list != NULL; list = list->next, number--)
        sound += list->bytes[0] == number && list->bytes[sizeof list->bytes - 1] == number;
    printf("child:  I go home with %d, and %d of them are sound\n", blocks, sound);
    return sound;
}

static uint32_t free_bytes(tocsin_handle allocator)
{
    struct tocsin_info_allocator info;
    check(tocsin_object_info(allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL), "INFO_ALLOCATOR");
    return info.quota - info.used - info.children;
}

/* The child waits until this has given an answer. */
static void help(tocsin_handle share, tocsin_handle purse, const struct tocsin_packet *event)
{
    uint32_t token = event->data0;
    if (event->data1 != TOCSIN_MEMORY_OOM)
        return; /* it is well again */
    if (tocsin_event_resolve(share, token, TOCSIN_VERDICT_GRANTED, SHARE_BYTES, purse) == TOCSIN_OK) {
        printf("parent: granted 256 KiB, %u KiB are left\n", (unsigned)(free_bytes(purse) / KIB));
        return;
    }
    check(tocsin_event_resolve(share, token, TOCSIN_VERDICT_CANNOT, 0, 0), "CANNOT");
    printf("parent: CANNOT, for %u KiB are not enough for another grant\n", (unsigned)(free_bytes(purse) / KIB));
}

int main(void)
{
    tocsin_handle own = tocsin_startup()->allocator, purse, share, child, pool;
    check(tocsin_allocator_create(own, PURSE_BYTES, 0, 0, &purse), "the purse");
    check(tocsin_allocator_create(purse, SHARE_BYTES, 0, 0, &share), "the child's share");
    check(tocsin_pool_create(own, TOCSIN_POOL_FIXED, 2, 0, &pool), "the pool");
    /* Who listens before the child begins misses nothing. The handle to `share` has the right RESOLVE: who listens may answer. */
    check(tocsin_event_listen(share, TOCSIN_SOURCE_MEMORY, pool, CHILD_IS_SHORT, TOCSIN_LISTEN_PERSISTENT, NULL), "MEMORY");
    struct tocsin_spawn wanted = {.name = "child", .function = work, .allocator = share};
    check(tocsin_spawn(&wanted, &child), "the child");
    check(tocsin_event_listen(child, TOCSIN_SOURCE_LIFECYCLE, pool, CHILD_HAS_ENDED, 0, NULL), "LIFECYCLE");
    printf("parent: the child has 256 KiB, the purse %u KiB more\n", (unsigned)(free_bytes(purse) / KIB));

    struct tocsin_packet event;
    for (;;) {
        check(tocsin_pool_take(pool, TOCSIN_FOREVER, &event, NULL, 0, NULL), "the next event");
        if (event.key == CHILD_HAS_ENDED)
            break;
        help(share, purse, &event);
    }

    struct tocsin_info_process record;
    check(tocsin_spawn_wait(child, TOCSIN_FOREVER, &record), "the exit record");
    printf("parent: \"%s\" %s with %d\n", record.name,
           record.exit_reason == TOCSIN_EXIT_REASON_EXITED ? "exited" : "was ended", (int)record.exit_code);
    tocsin_handle_close(child);
    tocsin_handle_close(share);
    printf("parent: the purse has %u of %u KiB again\n", (unsigned)(free_bytes(purse) / KIB), (unsigned)(PURSE_BYTES / KIB));
    return free_bytes(purse) == PURSE_BYTES ? 0 : 1;
}
