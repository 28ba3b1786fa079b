/* Code that a program writes, executes and changes while it runs: the same frame, mapped once to write and once to execute. */
#include "seen.h"

typedef uint32_t (*function)(uint32_t);

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    tocsin_handle vmo;
    uintptr_t writable, executable;
    struct seen seen = {0};
    check(tocsin_vmo_create(own->allocator, 2 * TOCSIN_PAGE_BYTES, 0, &vmo), "vmo_create");
    check(tocsin_vmar_map(own->vmar, vmo, 0, 2 * TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_WRITE, 0,
                          &writable),
          "a mapping to write");
    check(tocsin_vmar_map(own->vmar, vmo, 0, 2 * TOCSIN_PAGE_BYTES, TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_EXECUTE, 0,
                          &executable),
          "a mapping to execute");
    volatile uint32_t *code = (volatile uint32_t *)writable;
    for (uint32_t i = 0; i < 400; i++) {
        uint32_t at = i * 37 % 2000;
        /* addi a0, a0, i; xori a0, a0, i/3; ret */
        code[at] = (i & 0x7ff) << 20 | 10 << 15 | 10 << 7 | 0x13;
        code[at + 1] = (i / 3 & 0x7ff) << 20 | 10 << 15 | 4 << 12 | 10 << 7 | 0x13;
        code[at + 2] = 0x00008067;
        __asm__ volatile("fence.i" ::: "memory");
        see(&seen, ((function)(executable + at * 4))(i * 3));
        /* What was executed is read back, by both mappings. */
        see(&seen, code[at]);
        see(&seen, ((volatile uint32_t *)executable)[at + 1]);
    }
    say("code that changes", &seen);
    return 0;
}
