/* Bounds of what pthread_attr_t says. */
#ifndef TOCSIN_PTHREAD_ATTRIBUTES_H
#define TOCSIN_PTHREAD_ATTRIBUTES_H

#define DEFAULT_STACK_BYTES (64u << 10)
/* Stack, guard and control block together have to fit a memory object, which holds 1 GiB. */
#define STACK_BYTES_MAX (512u << 20)

#endif
