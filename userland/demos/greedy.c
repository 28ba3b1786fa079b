/*
 * A process that is killed at the root: the machine promised more memory than it has, and one process wants it all.
 *
 *     tocsin run --memory 2M --overcommit 16M greedy.c
 *
 * You should see that the child ends with reason 4 (OUT_OF_MEMORY) in its exit record, and that this program goes on. With
 * `--monitor choose.c` a guest decides the same.
 */
#include <stdio.h>
#include <tocsin.h>
#include <tocsin/startup.h>

#define CODE 0x20000000u
#define FOOD 0x30000000u
#define FOOD_BYTES (8u << 20)

/* Touches page after page: lui a0, 0x30000; lui a1, 1; loop: sw a1, 0(a0); add a0, a0, a1; j loop */
static const uint32_t eat[] = {0x30000537, 0x000015b7, 0x00b52023, 0x00b50533, 0xff9ff06f};

static void must(tocsin_status status, const char *what) {
    if (status == TOCSIN_OK) return;
    printf("%s: status %d\n", what, (int)status);
    tocsin_process_exit(1);
}

/* Maps a new memory object into the region of a process, and forgets it. */
static void give(tocsin_handle vmar, uintptr_t at, uint32_t bytes, const void *code, uint32_t code_bytes) {
    tocsin_handle vmo;
    uintptr_t placed;
    must(tocsin_vmo_create(tocsin_startup()->allocator, bytes, 0, &vmo), "vmo_create");
    if (code_bytes > 0) must(tocsin_vmo_write(vmo, 0, code, code_bytes), "vmo_write");
    uint32_t protection = TOCSIN_PROTECTION_READ | (code_bytes > 0 ? TOCSIN_PROTECTION_EXECUTE : TOCSIN_PROTECTION_WRITE);
    must(tocsin_vmar_map(vmar, vmo, 0, bytes, protection | TOCSIN_MAP_FIXED, at, &placed), "vmar_map");
    tocsin_handle_close(vmo);
}

int main(void) {
    tocsin_handle process, vmar, thread, given;
    must(tocsin_process_create(0, tocsin_startup()->allocator, "greedy", 6, &process, &vmar), "process_create");
    give(vmar, CODE, 4096, eat, sizeof eat);
    give(vmar, FOOD, FOOD_BYTES, 0, 0);
    must(tocsin_thread_create(process, 10, "eater", 5, &thread), "thread_create");
    printf("a child may touch %u KiB\n", FOOD_BYTES >> 10);
    must(tocsin_process_start(process, thread, CODE, 0, 0, 0, &given), "process_start");

    struct tocsin_packet event;
    uint32_t generation, written;
    tocsin_event_wait(process, TOCSIN_SOURCE_LIFECYCLE, 0, TOCSIN_FOREVER, &event, &generation);
    struct tocsin_info_process info;
    must(tocsin_object_info(process, TOCSIN_INFO_PROCESS, &info, sizeof info, &written), "object_info");
    printf("the child has ended, reason %u: %s\n", info.exit_reason,
           info.exit_reason == TOCSIN_EXIT_REASON_OUT_OF_MEMORY ? "the machine was out of memory"
                                                                : "something else; run me with --memory 2M --overcommit 16M");
    return info.exit_reason == TOCSIN_EXIT_REASON_OUT_OF_MEMORY ? 0 : 1;
}
