/* Threads: beginning, end and what comes of their memory. */
#include "../libc/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../libc/pages.h"
#include "../libc/program.h"
#include "attributes.h"
#include "futex.h"
#include "keys.h"
#include "reaper.h"

/* crt/start.S: sets tp and gp and calls __tocsin_thread_main. */
extern void __tocsin_thread_start(void);
__attribute__((noreturn)) void __tocsin_thread_main(void);

/* Threads that have not begun to end; the last of them ends the process. */
static unsigned live_threads = 1;

static struct thread *thread_of(pthread_t thread)
{
    return (struct thread *)(uintptr_t)thread;
}

pthread_t pthread_self(void)
{
    return (pthread_t)(uintptr_t)thread_current();
}

int pthread_equal(pthread_t left, pthread_t right)
{
    return left == right;
}

/*
 * One mapping for a thread, from low to high:
 *
 *     guard | stack | control block and thread-local variables
 *
 * The kernel leaves unmapped pages around every mapping; the guard is what lets it say that a stack overflowed. The top of all
 * is backed at once, so that a thread can begin; the rest of the stack comes as it is touched.
 */
static int map_thread(const pthread_attr_t *attributes, uintptr_t *thread_pointer, uintptr_t *stack_top)
{
    uintptr_t mapping;
    uint32_t area = round_to_pages((uint32_t)__tocsin_thread_area_bytes());
    uint32_t guard = round_to_pages(attributes->__guard_bytes);
    uint32_t bytes = guard + round_to_pages(attributes->__stack_bytes) + area;
    if (__tocsin_pages_map(bytes, bytes - area - TOCSIN_PAGE_BYTES, &mapping) != TOCSIN_OK)
        return EAGAIN;
    if (guard != 0 && tocsin_vmar_protect(__tocsin_program.vmar, mapping, guard, 0) != TOCSIN_OK) {
        __tocsin_pages_unmap(mapping, bytes);
        return EAGAIN;
    }
    *stack_top = mapping + bytes - area;
    *thread_pointer = __tocsin_thread_area_begin((void *)*stack_top);
    struct thread *thread = thread_at(*thread_pointer);
    thread->mapping = mapping;
    thread->mapping_bytes = bytes;
    return 0;
}

int pthread_create(pthread_t *created, const pthread_attr_t *attributes, void *(*function)(void *), void *argument)
{
    pthread_attr_t defaults;
    uintptr_t thread_pointer, stack_top;
    if (attributes == NULL) {
        pthread_attr_init(&defaults);
        attributes = &defaults;
    }
    __tocsin_reaper_run();
    int status = map_thread(attributes, &thread_pointer, &stack_top);
    if (status != 0)
        return status;

    struct thread *thread = thread_at(thread_pointer);
    thread->running = 1;
    thread->state = attributes->__detached ? THREAD_DETACHED : THREAD_JOINABLE;
    thread->priority = attributes->__explicit_priority ? attributes->__priority : thread_current()->priority;
    thread->function = function;
    thread->argument = argument;
    strcpy(thread->name, "thread");
    if (tocsin_thread_create(__tocsin_program.process, (uint32_t)thread->priority, thread->name,
                             (uint32_t)strlen(thread->name), &thread->handle) != TOCSIN_OK) {
        __tocsin_pages_unmap(thread->mapping, thread->mapping_bytes);
        return EAGAIN;
    }
    word_add(&live_threads, 1);
    /* Written before it starts: the new thread may look for itself here. */
    *created = (pthread_t)(uintptr_t)thread;
    tocsin_handle handle = thread->handle;
    if (tocsin_thread_start(handle, (uintptr_t)__tocsin_thread_start, stack_top, (uint32_t)thread_pointer) != TOCSIN_OK) {
        word_add(&live_threads, -1u);
        tocsin_handle_close(handle);
        __tocsin_pages_unmap(thread->mapping, thread->mapping_bytes);
        return EAGAIN;
    }
    return 0;
}

void __tocsin_thread_main(void)
{
    struct thread *self = thread_current();
    pthread_exit(self->function(self->argument));
}

void pthread_exit(void *result)
{
    struct thread *self = thread_current();
    __tocsin_keys_destroy_values(self);
    self->result = result;
    __tocsin_reaper_run();
    if (word_add(&live_threads, -1u) == 1)
        exit(0);
    /* After one of these the block may vanish as soon as the kernel has stored 0 in its word: not before thread_exit. */
    if (!word_replace(&self->state, THREAD_JOINABLE, THREAD_FINISHED))
        __tocsin_reaper_add(self);
    tocsin_thread_exit((uintptr_t)&self->running);
    __builtin_trap(); /* the kernel does not come back from that */
}

int pthread_join(pthread_t joined, void **result)
{
    struct thread *thread = thread_of(joined);
    if (thread == thread_current())
        return EDEADLK;
    if (word_load(&thread->state) == THREAD_DETACHED)
        return EINVAL;
    while (word_load(&thread->running) != 0)
        futex_wait(&thread->running, 1, thread->handle, TOCSIN_FOREVER);
    if (result != NULL)
        *result = thread->result;
    __tocsin_thread_reap(thread);
    return 0;
}

int pthread_detach(pthread_t detached)
{
    struct thread *thread = thread_of(detached);
    if (word_replace(&thread->state, THREAD_JOINABLE, THREAD_DETACHED))
        return 0;
    if (word_load(&thread->state) == THREAD_DETACHED)
        return EINVAL;
    __tocsin_thread_reap(thread);
    return 0;
}

int pthread_setname_np(pthread_t named, const char *name)
{
    struct thread *thread = thread_of(named);
    size_t length = strlen(name);
    if (length >= THREAD_NAME_BYTES)
        return ERANGE;
    if (tocsin_object_set(thread->handle, TOCSIN_PROPERTY_NAME, name, (uint32_t)length) != TOCSIN_OK)
        return ESRCH;
    memcpy(thread->name, name, length + 1);
    return 0;
}

int pthread_getname_np(pthread_t named, char *name, size_t size)
{
    struct thread *thread = thread_of(named);
    if (size <= strlen(thread->name))
        return ERANGE;
    strcpy(name, thread->name);
    return 0;
}
