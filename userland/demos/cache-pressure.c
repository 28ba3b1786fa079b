/*
 * A cache that shrinks on PRESSURE: it takes what memory nobody needs, and gives it back as soon as somebody does.
 *
 * Two processes share an allocator of 4 MiB with a soft mark at 3 MiB. The first keeps a cache of computed blocks there, 32 of 64 KiB;
 * the second takes 2 MiB for itself, and has never heard of a cache. Above the mark the kernel tells the first: PRESSURE. It gives back
 * the blocks that were used longest ago, and answers RELEASED. You should see the cache shrink each time the neighbour grows above
 * the mark, no malloc that fails, and after the neighbour's end a cache that computes what it has lost again. The status is 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

#define KIB 1024u
#define SHARED_BYTES (4096 * KIB)
#define SOFT_MARK (3072 * KIB)
#define BLOCK_BYTES (64 * KIB)
#define BLOCK_WORDS (BLOCK_BYTES / sizeof(unsigned))
#define KEYS 32
#define CHAINS 8
#define NEIGHBOUR_BYTES (256 * KIB)
#define NEIGHBOUR_BLOCKS 8

static void check(tocsin_status status, const char *what)
{
    if (status == TOCSIN_OK)
        return;
    printf("%s: status %d\n", what, (int)status);
    exit(1);
}

/* The cache: a hash table, whose blocks also stand in the order in which they were used. */
struct block {
    unsigned key;
    /* Mapped memory of the shared allocator: unmapped, it is free for others at once. */
    unsigned *words;
    struct block *next_in_chain;
    unsigned long last_used;
};

static struct block *chains[CHAINS];
static unsigned long uses;
static unsigned blocks, hits, computed;

static struct block **find(unsigned key)
{
    struct block **at = &chains[key % CHAINS];
    while (*at != NULL && (*at)->key != key)
        at = &(*at)->next_in_chain;
    return at;
}

static unsigned *compute(tocsin_handle allocator, unsigned key)
{
    tocsin_handle vmo;
    uintptr_t address;
    uint32_t writable = TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE;
    check(tocsin_vmo_create(allocator, BLOCK_BYTES, 0, &vmo), "memory for a block");
    check(tocsin_vmar_map(tocsin_startup()->vmar, vmo, 0, BLOCK_BYTES, writable, 0, &address), "a place for a block");
    tocsin_handle_close(vmo);
    unsigned *words = (unsigned *)address;
    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        words[i] = key * i;
    computed++;
    return words;
}

/* A block from the cache, or computed for it. */
static const unsigned *look_up(tocsin_handle allocator, unsigned key)
{
    struct block **at = find(key);
    if (*at != NULL) {
        hits++;
    } else {
        struct block *block = malloc(sizeof *block);
        if (block == NULL)
            exit(1);
        *block = (struct block){.key = key, .words = compute(allocator, key)};
        *at = block;
        blocks++;
    }
    (*at)->last_used = ++uses;
    return (*at)->words;
}

/* Gives back the block that was used longest ago. */
static void drop_oldest(void)
{
    struct block **oldest = NULL;
    for (unsigned chain = 0; chain < CHAINS; chain++)
        for (struct block **at = &chains[chain]; *at != NULL; at = &(*at)->next_in_chain)
            if (oldest == NULL || (*at)->last_used < (*oldest)->last_used)
                oldest = at;
    struct block *dropped = *oldest;
    *oldest = dropped->next_in_chain;
    check(tocsin_vmar_unmap(tocsin_startup()->vmar, (uintptr_t)dropped->words, BLOCK_BYTES), "giving a block back");
    free(dropped);
    blocks--;
}

static uint32_t used_bytes(tocsin_handle allocator)
{
    struct tocsin_info_allocator info;
    check(tocsin_object_info(allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL), "INFO_ALLOCATOR");
    return info.used;
}

/* Gives back what is above the mark now: since the event there may have come more. */
static void relieve(tocsin_handle shared, uint32_t token)
{
    uint32_t before = used_bytes(shared);
    unsigned dropped = 0;
    for (; used_bytes(shared) > SOFT_MARK && blocks > 0; dropped++)
        drop_oldest();
    if (token != 0)
        tocsin_event_resolve(shared, token, TOCSIN_VERDICT_RELEASED, dropped * BLOCK_BYTES, 0);
    if (dropped != 0)
        printf("cache:     PRESSURE, %u KiB above the mark: gave %u blocks back, %u are left\n",
               (unsigned)((before - SOFT_MARK) / KIB), dropped, blocks);
}

/* The other process: an ordinary program that needs 2 MiB. */
static int neighbour(uint32_t unused, const tocsin_handle *given)
{
    (void)unused, (void)given;
    /* Volatile, or the compiler sees that nobody reads what is there, and leaves malloc out. */
    void *volatile taken[NEIGHBOUR_BLOCKS];
    for (unsigned i = 0; i < NEIGHBOUR_BLOCKS; i++) {
        taken[i] = malloc(NEIGHBOUR_BYTES);
        if (taken[i] == NULL) {
            printf("neighbour: out of memory\n");
            return 1;
        }
        printf("neighbour: has %u KiB\n", (i + 1) * NEIGHBOUR_BYTES / KIB);
    }
    for (unsigned i = 0; i < NEIGHBOUR_BLOCKS; i++)
        free(taken[i]);
    return 0;
}

static int use_all_blocks(tocsin_handle shared)
{
    hits = computed = 0;
    for (unsigned key = 0; key < KEYS; key++)
        if (look_up(shared, key)[BLOCK_WORDS - 1] != key * (unsigned)(BLOCK_WORDS - 1))
            return 0;
    printf("cache:     used %u blocks: %u were there, %u computed\n", KEYS, hits, computed);
    return 1;
}

int main(void)
{
    enum { MEMORY, END };
    tocsin_handle own = tocsin_startup()->allocator, shared, process, pool;
    struct tocsin_packet event;
    struct tocsin_info_process record;
    check(tocsin_allocator_create(own, SHARED_BYTES, 0, SOFT_MARK, &shared), "the shared allocator");
    check(tocsin_pool_create(own, TOCSIN_POOL_FIXED, 2, 0, &pool), "the pool");
    check(tocsin_event_listen(shared, TOCSIN_SOURCE_MEMORY, pool, MEMORY, TOCSIN_LISTEN_PERSISTENT, NULL), "MEMORY");
    if (!use_all_blocks(shared))
        return 1;

    struct tocsin_spawn wanted = {.name = "neighbour", .function = neighbour, .allocator = shared};
    check(tocsin_spawn(&wanted, &process), "the neighbour");
    check(tocsin_event_listen(process, TOCSIN_SOURCE_LIFECYCLE, pool, END, 0, NULL), "LIFECYCLE");
    for (;;) {
        check(tocsin_pool_take(pool, TOCSIN_FOREVER, &event, NULL, 0, NULL), "the next event");
        if (event.key == END)
            break;
        /* Above the mark PRESSURE, or OOM where somebody did not get what it asked for. NORMAL is only news. */
        if (event.data1 != TOCSIN_MEMORY_NORMAL)
            relieve(shared, event.data0);
    }
    check(tocsin_spawn_wait(process, TOCSIN_FOREVER, &record), "the exit record");
    tocsin_handle_close(process);
    printf("cache:     the neighbour has ended with %d\n", (int)record.exit_code);
    return use_all_blocks(shared) && record.exit_code == 0 ? 0 : 1;
}
