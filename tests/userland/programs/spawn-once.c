/* For runs in which one allocation fails: 0 it was spawned, 1 there was no memory for that, 2 something was left or another answer came. */
#include <stddef.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

static int child(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    return (int)argument;
}

static int is_empty(tocsin_handle allocator)
{
    struct tocsin_info_allocator info;
    return tocsin_object_info(allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL) == TOCSIN_OK && info.used == 0;
}

int main(void)
{
    tocsin_handle allocator, process;
    tocsin_status status = tocsin_allocator_create(tocsin_startup()->allocator, 1 << 20, 0, 0, &allocator);
    if (status != TOCSIN_OK)
        return status == TOCSIN_NO_MEMORY ? 1 : 2;
    struct tocsin_spawn wanted = {.name = "child", .function = child, .argument = 7, .allocator = allocator};
    status = tocsin_spawn(&wanted, &process);
    if (status == TOCSIN_NO_MEMORY)
        return is_empty(allocator) ? 1 : 2;
    struct tocsin_info_process record;
    if (status != TOCSIN_OK || tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) != TOCSIN_OK)
        return 2;
    /* What failed may have been a page of the child's. */
    int is_well = record.exit_reason == TOCSIN_EXIT_REASON_EXITED ? record.exit_code == 7
                                                                  : record.exit_code == TOCSIN_FAULT_DETAIL_NO_MEMORY;
    tocsin_handle_close(process);
    return is_well && is_empty(allocator) ? 0 : 2;
}
