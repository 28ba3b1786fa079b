/* A word that is written by an instruction, by the kernel for a call, and, where another process has it, by that. */
#include <stdint.h>
#include <tocsin/spawn.h>
#include <tocsin/startup.h>

volatile uint32_t word;

#define PLACE(name)                         \
    __attribute__((noinline)) void name(void) \
    {                                       \
        __asm__ volatile("");               \
    }
PLACE(after_stores)
PLACE(after_call)
PLACE(after_child)

static int child(uint32_t argument, const tocsin_handle *handles)
{
    (void)handles;
    word = argument;
    return 0;
}

int main(void)
{
    tocsin_handle allocator = tocsin_startup()->allocator, vmo, process;
    uint32_t three = 3;
    word = 1;
    word = 2;
    after_stores();
    if (tocsin_vmo_create(allocator, TOCSIN_PAGE_BYTES, 0, &vmo) != TOCSIN_OK)
        return 1;
    if (tocsin_vmo_write(vmo, 0, &three, sizeof three) != TOCSIN_OK)
        return 2;
    if (tocsin_vmo_read(vmo, 0, (void *)&word, sizeof word) != TOCSIN_OK)
        return 3;
    after_call();
    struct tocsin_spawn wanted = {.name = "child", .function = child, .argument = 4, .allocator = allocator};
    struct tocsin_info_process record;
    if (tocsin_spawn(&wanted, &process) != TOCSIN_OK)
        return 4;
    if (tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) != TOCSIN_OK)
        return 5;
    after_child();
    return word == 3 ? 0 : 6;
}
