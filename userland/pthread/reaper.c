/*
 * A thread cannot unmap the stack that it stands on. Who joins it does that; a detached thread is put on a list when it ends,
 * and is reaped by the next thread that is created or that ends.
 */
#include "reaper.h"

#include <pthread.h>

#include "../libc/pages.h"
#include "futex.h"

static struct thread *finished;
static pthread_mutex_t finished_lock = PTHREAD_MUTEX_INITIALIZER;

void __tocsin_thread_reap(struct thread *thread)
{
    /* The kernel stores 0 and wakes us when the thread has gone; until then it "holds" what we wait for. */
    while (word_load(&thread->running) != 0)
        futex_wait(&thread->running, 1, thread->handle, TOCSIN_FOREVER);
    tocsin_handle_close(thread->handle);
    /* The first thread's block is in the first stack, which stays. */
    if (thread->mapping != 0)
        __tocsin_pages_unmap(thread->mapping, thread->mapping_bytes);
}

void __tocsin_reaper_add(struct thread *thread)
{
    pthread_mutex_lock(&finished_lock);
    thread->next_finished = finished;
    finished = thread;
    pthread_mutex_unlock(&finished_lock);
}

/* Takes one thread off the list that has left its stack, or NULL. */
static struct thread *take_gone(void)
{
    pthread_mutex_lock(&finished_lock);
    struct thread **link = &finished;
    while (*link != NULL && word_load(&(*link)->running) != 0)
        link = &(*link)->next_finished;
    struct thread *gone = *link;
    if (gone != NULL)
        *link = gone->next_finished;
    pthread_mutex_unlock(&finished_lock);
    return gone;
}

void __tocsin_reaper_run(void)
{
    for (struct thread *gone = take_gone(); gone != NULL; gone = take_gone())
        __tocsin_thread_reap(gone);
}
