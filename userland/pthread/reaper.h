/* Taking away threads that have gone. */
#ifndef TOCSIN_PTHREAD_REAPER_H
#define TOCSIN_PTHREAD_REAPER_H

#include "../libc/thread.h"

/* Waits until the thread has left its stack, then unmaps it and closes its handle: the block is gone after this. */
void __tocsin_thread_reap(struct thread *thread);

/* Hands over a detached thread that is about to end; somebody who comes later reaps it. */
void __tocsin_reaper_add(struct thread *thread);
/* Reaps the detached threads that have left their stacks. */
void __tocsin_reaper_run(void);

#endif
