/* What a thread's end needs of keys.c. */
#ifndef TOCSIN_PTHREAD_KEYS_H
#define TOCSIN_PTHREAD_KEYS_H

#include "../libc/thread.h"

/* Calls the destructors for the thread's values until there are none, or PTHREAD_DESTRUCTOR_ITERATIONS times. */
void __tocsin_keys_destroy_values(struct thread *self);

#endif
