/* malloc fails at once, or waits as long as it was told: until another thread frees, or to the end of the time. */
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tocsin.h>

#include "../../../userland/libc/program.h"

#define LARGE_BYTES (1u << 20)
#define MILLISECOND 1000000ull

static void *volatile held;

static unsigned long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

/*
 * Another process, which hears of the shortage and never says a word: only while somebody may still answer is there something to
 * wait for. It gets a handle to the allocator in a1, listens with a pool of its own, and sleeps.
 */
__asm__(".balign 4\n"
        "listener:\n"
        "mv s0, a1\n"
        "mv a0, s0\n li a1, 0\n li a2, 4\n li a3, 0\n li a7, 0x20\n ecall\n"
        "mv a2, a1\n mv a0, s0\n li a1, 7\n li a3, 0\n li a4, 0\n li a5, 1\n li a7, 0x12\n ecall\n"
        "li a0, -1\n lui a1, 0x7ffff\n li a7, 0x57\n ecall\n"
        "listener_end:\n");
extern const char listener[], listener_end[];

#define LISTENER_AT 0x10000

static tocsin_handle start_listener(void)
{
    tocsin_handle allocator = __tocsin_program.allocator, process, vmar, thread, code, copy;
    uintptr_t at;
    assert(tocsin_process_create(0, allocator, "listener", 8, &process, &vmar) == TOCSIN_OK);
    assert(tocsin_thread_create(process, 20, "listener", 8, &thread) == TOCSIN_OK);
    assert(tocsin_vmo_create(allocator, TOCSIN_PAGE_BYTES, 0, &code) == TOCSIN_OK);
    assert(tocsin_vmo_write(code, 0, listener, listener_end - listener) == TOCSIN_OK);
    uint32_t how = TOCSIN_PROTECTION_READ | TOCSIN_PROTECTION_EXECUTE | TOCSIN_MAP_FIXED;
    assert(tocsin_vmar_map(vmar, code, 0, TOCSIN_PAGE_BYTES, how, LISTENER_AT, &at) == TOCSIN_OK);
    assert(tocsin_handle_duplicate(allocator, TOCSIN_SAME_RIGHTS, &copy) == TOCSIN_OK);
    assert(tocsin_process_start(process, thread, LISTENER_AT, 0, 0, copy, NULL) == TOCSIN_OK);
    return process;
}

static void *free_later(void *argument)
{
    tocsin_thread_sleep(now() + 2 * MILLISECOND);
    /* While the other waits in malloc, the heap is in nobody's way. */
    void *volatile small = malloc(100);
    assert(small != NULL);
    free(small);
    free(held);
    return argument;
}

int main(void)
{
    struct tocsin_info_allocator info;
    pthread_t thread;
    void *volatile once = malloc(100);
    free(once);
    tocsin_handle process = start_listener();
    assert(pthread_create(&thread, NULL, free_later, NULL) == 0);
    held = malloc(LARGE_BYTES);
    tocsin_object_info(__tocsin_program.allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL);
    unsigned left = (info.quota - info.used - info.children) / TOCSIN_PAGE_BYTES - 8;
    tocsin_handle rest;
    assert(tocsin_allocator_create(__tocsin_program.allocator, left * TOCSIN_PAGE_BYTES, 0, 0, &rest) == TOCSIN_OK);

    unsigned long long begin = now();
    void *volatile block = malloc(LARGE_BYTES);
    assert(block == NULL && errno == ENOMEM && now() - begin < MILLISECOND);
    puts("at once: ok");

    tocsin_malloc_wait(100 * MILLISECOND);
    block = malloc(LARGE_BYTES);
    assert(block != NULL && now() - begin < 4 * MILLISECOND);
    puts("until another frees: ok");

    /* Shorter than who hears of a shortage may take to answer: that is 5 ms. */
    tocsin_malloc_wait(2 * MILLISECOND);
    begin = now();
    void *volatile second = malloc(LARGE_BYTES);
    assert(second == NULL && errno == ENOMEM && now() - begin >= 2 * MILLISECOND && now() - begin < 4 * MILLISECOND);
    puts("to the end: ok");

    tocsin_malloc_wait(0);
    begin = now();
    second = malloc(LARGE_BYTES);
    assert(second == NULL && now() - begin < MILLISECOND);
    free(block);
    tocsin_task_kill(process);
    pthread_join(thread, NULL);
    puts("at once again: ok");
    return 0;
}
